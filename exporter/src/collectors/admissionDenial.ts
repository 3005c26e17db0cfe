import { readAdmissionAudits, type Audit } from "@fedjoin/provider/internal/neuvector";
import { createLabelBound } from "./boundedLabel";
import { extraCollectors, type Collector } from "./collector";
import { createEventCounter, type LoggedEvent } from "./eventCounter";
import { LabeledSums } from "./groupBy";
import { counter } from "./metric";

/** Rules with series of their own; more are `other`. */
const maxRules = 100;

const denials = counter("nv_admission_denials_total", {
  help: `Requests that the admission control denied since the exporter started, by the rule that did it: mode monitor if the rule only logs, reason deny_rule, federal_deny_rule or other; the first ${maxRules} rules that it meets, the rest as other; the controller's log keeps 4096 entries, and what it loses between two scrapes is not counted; absent before the first one`,
  labels: ["mode", "reason", "rule", "target"],
  unit: "1",
  source: "GET /v1/log/audit, fields name, message, count",
  series: `2 modes × at most ${maxRules + 1} rules`,
});

/** Modes by the name of a log entry; entries of other names are passed over. */
const modes: Readonly<Record<string, string>> = {
  "Admission.Control.Denied": "protect",
  "Admission.Control.Violation": "monitor",
};

/** How the controller's message names the rule (rest-api.md#logs). What follows is written by people. */
const deciding = / (?:is denied because of|violates) (federal )?deny rule id (\d{1,10}) /;

interface Reason {
  readonly reason: string;
  readonly rule: string;
}

/** The reason that a message gives. */
export function reasonOf(message: string): Reason {
  const [, scope, rule = ""] = deciding.exec(message) ?? [];
  if (rule === "") return { reason: "other", rule: "" };
  return { reason: scope === undefined ? "deny_rule" : "federal_deny_rule", rule };
}

/** A denial as it is counted, with an id made of that and its time, because the log has none. */
interface Denial extends LoggedEvent {
  readonly labels: Reason & { readonly mode: string };
  readonly requests: number;
}

/** Creates a function that reads the pages of a log in turn; equal entries of the same second are numbered. */
function createReader(): (entries: readonly Audit[]) => readonly Denial[] {
  const seen = new Map<string, number>();
  return (entries) =>
    entries.map(({ name, message, count = 1, level, reported_timestamp }) => {
      const labels = { mode: modes[name] ?? "", ...reasonOf(message) };
      const key = [reported_timestamp, labels.mode, labels.reason, labels.rule, count].join(" ");
      const number = seen.get(key) ?? 0;
      seen.set(key, number + 1);
      return { id: `${key} ${number}`, level, reported_timestamp, labels, requests: Math.max(count, 1) };
    });
}

/** Entries to read at least, so that one that arrives late is not missed. */
const minEntries = 16;

/** Creates a collector that counts the denials of one controller. */
export function createAdmissionDenial(): Collector {
  const entries = createEventCounter();
  const sums = new LabeledSums();
  const boundRule = createLabelBound(maxRules);

  const add = ({ labels: { mode, reason, rule }, requests }: Denial): void => {
    if (mode === "") return;
    sums.add({ mode, reason, rule: boundRule(rule) }, requests);
  };

  return {
    name: "admission_denial",
    help: "What the admission control denied, by rule.",
    needs: extraCollectors,
    metrics: [denials],
    async collect({ session, target, signal }) {
      const toDenials = createReader();
      const readPage = readAdmissionAudits(session, { signal });
      const read = async (limit: number, start: number) => toDenials(await readPage(limit, start));
      await entries.update(minEntries, read, add);
      const samples = sums.samples().map(({ labels, value }) => ({ labels: { ...labels, target }, value }));
      return [{ metric: denials, samples }];
    },
  };
}
