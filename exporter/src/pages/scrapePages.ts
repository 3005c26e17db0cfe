import { NeuVectorError } from "@fedjoin/provider/neuvector";
import { scrapeTimeoutMs } from "../scrape/deadline";
import type { ExpositionFormat, ExpositionFamily } from "../scrape/exposition";
import { renderScrape, renderSelfMetrics, type RenderOptions } from "../scrape/render";
import { negotiateFormat } from "../web/contentType";
import { textReply, type Page, type Chunks, type Reply } from "../web/page";
import { selectCollectors } from "./selectCollectors";
import { resolveTarget } from "../targets/resolveTarget";
import type { MemberList } from "../targets/memberList";
import { parseProbeQuery } from "../targets/probeQuery";
import { targetGroups } from "./serviceDiscovery";
import type { Targets } from "../targets/targets";

export interface ScrapePageDeps {
  readonly targets: Targets;
  readonly exposition: Omit<RenderOptions, "format">;
  /** What `/metrics` says of the exporter itself. */
  readonly own: () => Promise<readonly ExpositionFamily[]>;
}

/** The text of `/metrics` for a query with `collect[]` or `exclude[]`, or what is right where it is wrong. */
export function metricsText({ targets, exposition: settings, own }: ScrapePageDeps) {
  return (timeoutMs: number, format: ExpositionFormat, query: URLSearchParams): Chunks | Reply => {
    const choice = selectCollectors(query, targets.config().plan.collectors);
    if ("refusal" in choice) return textReply(400, choice.refusal);
    const scrape = targets.main()?.scrape(timeoutMs, choice.chosen);
    return scrape === undefined
      ? renderSelfMetrics(own, { format, ...settings })
      : renderScrape(scrape, own, { format, ...settings });
  };
}

/** `/probe` and `/sd`. */
export function targetPages(parts: ScrapePageDeps): Record<string, Page> {
  return { "/probe": probePage(parts), "/sd": { respond: () => discovery(parts.targets) } };
}

function probePage({ targets, exposition: settings }: ScrapePageDeps): Page {
  return {
    isScrape: true,
    async respond({ query, header }) {
      const subject = parseProbeQuery(query);
      if ("refusal" in subject) return textReply(400, subject.refusal);
      const described = resolveTarget(targets.config(), subject);
      if ("refusal" in described) return textReply(described.status, described.refusal);
      const choice = selectCollectors(query, described.plan.collectors);
      if ("refusal" in choice) return textReply(400, choice.refusal);
      const found = await targets.find(subject);
      if ("refusal" in found) return textReply(found.status, found.refusal);
      const { format, contentType } = negotiateFormat(header("accept"));
      const timeoutMs = scrapeTimeoutMs(header("x-prometheus-scrape-timeout-seconds"));
      const scrape = found.scrape(timeoutMs, choice.chosen);
      return {
        status: 200,
        contentType,
        body: renderScrape(scrape, () => Promise.resolve([]), { format, ...settings }),
        headers: { Vary: "Accept" },
      };
    },
  };
}

/** Replies 503 after a failure: an empty list would make Prometheus drop the members. */
async function discovery(targets: Targets): Promise<Reply> {
  const federation = await membersOf(targets);
  if (federation === undefined) return textReply(503, "the master does not list its members now");
  const groups = targetGroups(targets.config().targets.targets.values(), federation);
  return { status: 200, contentType: "application/json; charset=utf-8", body: `${JSON.stringify(groups)}\n` };
}

/** The members; none if the master says that the account may not list them, because then it cannot scrape them either. */
async function membersOf(targets: Targets): Promise<MemberList | undefined> {
  try {
    return await targets.members();
  } catch (error) {
    if (!(error instanceof NeuVectorError)) throw error;
    return error.kind === "forbidden" && error.code !== undefined ? { master: "", members: [] } : undefined;
  }
}
