import { NeuVectorError } from "@fedjoin/provider";
import { scrapeTimeoutMs } from "../scrape/deadline";
import type { Format, ShownFamily } from "../scrape/exposition";
import { render, renderOwn, type RenderSettings } from "../scrape/render";
import { negotiate } from "../web/contentType";
import { plain, type Page, type Pieces, type Reply } from "../web/page";
import { chooseGroups } from "./groupChoice";
import { lookUp } from "./lookup";
import type { MemberList } from "./memberList";
import { parseProbe } from "./probeQuery";
import { discoveredGroups } from "./serviceDiscovery";
import type { Targets } from "./targets";

export interface TargetPageParts {
  readonly targets: Targets;
  readonly exposition: Omit<RenderSettings, "format">;
  /** What `/metrics` says of the exporter itself. */
  readonly own: () => Promise<readonly ShownFamily[]>;
}

/** The text of `/metrics` for a query with `collect[]` or `exclude[]`, or what is right where it is wrong. */
export function metricsText({ targets, exposition: settings, own }: TargetPageParts) {
  return (timeoutMs: number, format: Format, query: URLSearchParams): Pieces | Reply => {
    const choice = chooseGroups(query, targets.config().plan.groups);
    if ("refusal" in choice) return plain(400, choice.refusal);
    const scrape = targets.main()?.scrape(timeoutMs, choice.chosen);
    return scrape === undefined
      ? renderOwn(own, { format, ...settings })
      : render(scrape, own, { format, ...settings });
  };
}

/** `/probe` and `/sd`. */
export function targetPages(parts: TargetPageParts): Record<string, Page> {
  return { "/probe": probePage(parts), "/sd": { answer: () => discovery(parts.targets) } };
}

function probePage({ targets, exposition: settings }: TargetPageParts): Page {
  return {
    isScrape: true,
    async answer({ query, header }) {
      const subject = parseProbe(query);
      if ("refusal" in subject) return plain(400, subject.refusal);
      const described = lookUp(targets.config(), subject);
      if ("refusal" in described) return plain(described.status, described.refusal);
      const choice = chooseGroups(query, described.plan.groups);
      if ("refusal" in choice) return plain(400, choice.refusal);
      const found = await targets.find(subject);
      if ("refusal" in found) return plain(found.status, found.refusal);
      const { format, contentType } = negotiate(header("accept"));
      const timeoutMs = scrapeTimeoutMs(header("x-prometheus-scrape-timeout-seconds"));
      const scrape = found.scrape(timeoutMs, choice.chosen);
      return {
        status: 200,
        contentType,
        body: render(scrape, () => Promise.resolve([]), { format, ...settings }),
        headers: { Vary: "Accept" },
      };
    },
  };
}

/** An empty list would make Prometheus forget the members; after a failure it keeps those that it has. */
async function discovery(targets: Targets): Promise<Reply> {
  const federation = await membersOf(targets);
  if (federation === undefined) return plain(503, "the master does not list its members now");
  const groups = discoveredGroups(targets.config().targets.targets.values(), federation);
  return { status: 200, contentType: "application/json; charset=utf-8", body: `${JSON.stringify(groups)}\n` };
}

/** An account that may not read the members, as the master says, has none to scrape either. */
async function membersOf(targets: Targets): Promise<MemberList | undefined> {
  try {
    return await targets.members();
  } catch (error) {
    if (!(error instanceof NeuVectorError)) throw error;
    return error.kind === "forbidden" && error.code !== undefined ? { master: "", members: [] } : undefined;
  }
}
