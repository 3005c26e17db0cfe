import type { Clock } from "@fedjoin/provider/internal/neuvector";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { renderFamilies, type OwnFamilies, type RenderOptions } from "../scrape/render";
import type { Targets } from "../targets/targets";
import { createOtlpEncoder, type OtlpOptions } from "./otlpEncoder";

export interface CollectPushDeps extends Pick<OtlpOptions, "resource" | "version" | "startMs"> {
  readonly targets: Targets;
  readonly selfMetrics: OwnFamilies;
  readonly exposition: Pick<RenderOptions, "maxLabelLength" | "names">;
  readonly clock: Clock;
}

/** A shutdown waits as long for scrapes. */
const timeoutMs = 20_000;
const compress = promisify(gzip);

/** Collects what `/metrics` serves as compressed requests of OTLP/JSON. Shares the scrape that is under way, if any. */
export function createPushCollector(deps: CollectPushDeps): () => Promise<readonly Buffer[]> {
  const { targets, selfMetrics, exposition, clock } = deps;
  const { names, maxLabelLength } = exposition;
  return async () => {
    const main = targets.main();
    const scrape = main?.scrape(timeoutMs, new Set(main.plan.collectors));
    await scrape?.all;
    const encoder = createOtlpEncoder({ ...deps, maxLabelLength, timeMs: clock.now() });
    const requests =
      scrape === undefined
        ? encoder.write(await selfMetrics())
        : renderFamilies(scrape, selfMetrics, names, (families) => encoder.write(families));
    const bodies: Buffer[] = [];
    for await (const request of requests) bodies.push(await compress(request));
    for (const request of encoder.end()) bodies.push(await compress(request));
    return bodies;
  };
}
