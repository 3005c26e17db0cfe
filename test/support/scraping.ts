import type { Session } from "@fedjoin/provider";
import type { CollectContext, Collector } from "../../exporter/src/collectors/collector";
import { render, type RenderSettings } from "../../exporter/src/scrape/render";

/** What a collector gets, with limits that nothing reaches; `target` is `c`. */
export function collectContext(session: Session, given: Partial<CollectContext> = {}): CollectContext {
  return {
    session,
    target: "c",
    limits: { conversations: 1_000_000, events: 5 },
    roster: undefined,
    signal: AbortSignal.timeout(20_000),
    onFederation: () => undefined,
    ...given,
  };
}

/** The `nv_` lines that a collector makes of what `session` answers, without those about the scrape itself. */
export async function linesOf(
  collector: Collector,
  session: Session,
  settings: Partial<RenderSettings & CollectContext> = {},
): Promise<string[]> {
  const families = await collector.collect(collectContext(session, settings));
  const text = render([{ collector: collector.name, durationSeconds: 0, families }], [], {
    format: "text",
    maxLabelLength: 1024,
    names: "old",
    ...settings,
  });
  return text.split("\n").filter((line) => /^nv_(?!up |scrape_)/.test(line));
}
