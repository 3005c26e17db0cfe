import type { JoinView } from "../join/joinStatus";
import type { ClusterView, FederationView } from "./federationView";
import { html, type Content } from "./html";
import { joinMeanings } from "./joinMeanings";
import { compareSeverities, type Severity } from "./severity";
import { truncate } from "./text";

/** A state in a few words and, if needed, what it means or what to do. */
export interface Summary {
  readonly severity: Severity;
  /** Without text from a controller, except for a known status. */
  readonly headline: string;
  readonly advice: Content;
}

/** The worst of the page's states; of equally bad ones the first, which is rather the cause. */
export function pageSummary(scrape: Summary, federation: FederationView, join: JoinView): Summary {
  const [worst = scrape] = [scrape, ...federationSummary(federation), ...joinSummary(join)].toSorted((a, b) =>
    compareSeverities(a.severity, b.severity),
  );
  return worst;
}

function federationSummary(view: FederationView): Summary[] {
  switch (view.sees) {
    case "nothing":
    case "no federation":
      return [];
    case "members":
      return membersSummary(view.members);
    case "its master":
      return [clusterSummary(view.master, "The master"), clusterSummary(view.member, "This member")].toSorted((a, b) =>
        compareSeverities(a.severity, b.severity),
      );
  }
}

const maxLength = 60;

/** `members` are sorted, worst first. */
function membersSummary(members: readonly ClusterView[]): Summary[] {
  const [worst] = members;
  if (worst === undefined) return [];
  const { severity, name, meaning } = worst;
  const bad = members.filter((each) => each.severity === severity);
  const statuses = new Set(bad.map(({ status }) => status));
  const state = statuses.size === 1 ? stateOf(worst, bad.length) : genericState(severity, bad.length);
  return [
    {
      severity,
      headline: `${bad.length} of ${members.length} ${members.length === 1 ? "member" : "members"} ${state}`,
      advice:
        bad.length === 1
          ? html`<bdi>${truncate(name, maxLength)}</bdi>: ${meaning}`
          : statuses.size === 1
            ? meaning
            : undefined,
    },
  ];
}

const clusterSummary = (cluster: ClusterView, who: string): Summary => ({
  severity: cluster.severity,
  headline: `${who} ${stateOf(cluster, 1)}`,
  advice: cluster.meaning,
});

/** The statuses that read as a word. */
const wordStatuses = new Set(["disconnected", "kicked", "left"]);

function stateOf({ severity, status }: ClusterView, count: number): string {
  if (status === "left") return count === 1 ? "has left" : "have left";
  return wordStatuses.has(status) ? `${count === 1 ? "is" : "are"} ${status}` : genericState(severity, count);
}

function genericState(severity: Severity, count: number): string {
  const isOne = count === 1;
  switch (severity) {
    case "critical":
      return isOne ? "is lost" : "are lost";
    case "warning":
      return isOne ? "needs attention" : "need attention";
    case "unknown":
      return isOne ? "has an unknown status" : "have an unknown status";
    case "pending":
      return isOne ? "is not synced yet" : "are not synced yet";
    case "ok":
      return isOne ? "is synced" : "are synced";
  }
}

function joinSummary({ state }: JoinView): Summary[] {
  if (state === "off") return [];
  const { severity, headline, meaning } = joinMeanings[state];
  return [{ severity, headline, advice: meaning }];
}
