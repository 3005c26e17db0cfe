import { NeuVectorError, type Api } from "@fedjoin/provider/internal/neuvector";
import { createCollectors } from "../../exporter/src/collectors";
import type { CollectContext, Collector } from "../../exporter/src/collectors/collector";
import { createMemberHistory } from "../../exporter/src/collectors/memberHistory";
import type { RenderOptions } from "../../exporter/src/scrape/render";
import { renderToString } from "./renderToString";

type Context = Partial<Omit<CollectContext, "limits">> & { readonly limits?: Partial<CollectContext["limits"]> };

/** What a collector gets, with limits that nothing reaches; `target` is `c`. */
export function collectContext(session: Api, { limits, ...given }: Context = {}): CollectContext {
  return {
    session,
    target: "c",
    limits: { conversations: 1_000_000, events: 5, statusSets: true, vulnerabilities: 2, ...limits },
    roster: undefined,
    signal: AbortSignal.timeout(20_000),
    observeFederation: (reply) => createMemberHistory().observe(reply, 0),
    ...given,
  };
}

/** The `nv_` lines that a collector makes of what `session` answers, without those about the scrape itself. */
export async function linesOf(
  collector: Collector,
  session: Api,
  settings: Partial<RenderOptions> & Context = {},
): Promise<string[]> {
  const families = (await collector.collect(collectContext(session, settings))) ?? [];
  const text = await renderToString([{ collector: collector.name, durationSeconds: 0, families }], [], {
    format: "text",
    maxLabelLength: 1024,
    names: "old",
    ...settings,
  });
  return text.split("\n").filter((line) => /^nv_(?!up |scrape_)/.test(line));
}

/** What a controller answers, by path with query; an error is an answer too. */
export type Answers = Readonly<Record<string, unknown>>;

/** A session with a controller that answers so, and 404 to all else; the paths are added to `asked`. */
export const sessionThat = (answers: Answers, asked: string[] = []): Api => ({
  call({ path, sink }) {
    asked.push(path);
    const answer = answers[path];
    if (answer === undefined) return Promise.reject(new NeuVectorError("not_found", path, { status: 404, code: 1 }));
    if (answer instanceof Error) return Promise.reject(answer);
    sink?.(Buffer.from(JSON.stringify(answer)));
    return Promise.resolve(sink === undefined ? answer : undefined);
  },
});

/** A collector for one controller. */
export function collectorOf(name: string): Collector {
  const collector = createCollectors().find((each) => each.name === name);
  if (collector === undefined) throw new Error(`no collector ${name}`);
  return collector;
}

/** The lines of a collector's metrics of the Python exporter; the requested paths are added to `asked`. */
export const oldLines = (name: string, answers: Answers, asked: string[] = []): Promise<string[]> =>
  linesOf(collectorOf(name), sessionThat(answers, asked));

/** The lines of a collector's new metrics. */
export const newLines = (name: string, answers: Answers, context: Context = {}): Promise<string[]> =>
  linesOf(collectorOf(name), sessionThat(answers), { names: "new", ...context });

/** The lines of these metrics. */
export const named = (lines: readonly string[], ...names: string[]): string[] =>
  lines.filter((line) => names.some((name) => line.startsWith(`${name}{`)));

export const forbidden = new NeuVectorError("forbidden", "no", { status: 403, code: 25 });
export const serverError = new NeuVectorError("server_error", "no", { status: 500, code: 24 });

/** Beyond the safe integers. */
export const huge = 2 ** 63;

/** The values of lines by name and labels, without the label `target`. */
export const valuesOf = (lines: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    lines.map((line) => {
      const [series = "", value] = line
        .replace(/,?target="c"/, "")
        .replace("{}", "")
        .split(/ (?=\S+$)/);
      return [series, Number(value)];
    }),
  );
