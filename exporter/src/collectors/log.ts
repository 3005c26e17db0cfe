import {
  readIncidents,
  readThreats,
  readViolations,
  type Incident,
  type Threat,
  type Violation,
} from "@fedjoin/provider/internal/neuvector";
import type { Collector } from "./collector";
import { createEventCounter, levelOf, type LoggedEvent } from "./eventCounter";
import { createSensorTally, sensorHits } from "./sensorHits";
import { counter, gauge, oldGauge, optionalSample, type Sample, type SampleFamily } from "./metric";

const endpoints = "GET /v1/log/threat, /v1/log/incident, /v1/log/violation";

const events = oldGauge("nv_log_events", {
  help: "When each of the newest threats, incidents and violations was reported, milliseconds since the epoch; label tons is the server's name for threats, and the labels from fromid on depend on the log",
  labels: [
    ...["log", "id", "name", "fromname", "fromns", "toname", "tons", "target"],
    ...["fromid", "cluster", "procname", "procpath", "proccmd", "filepath", "filename"],
  ],
  unit: "milliseconds",
  source: `${endpoints}, field reported_timestamp`,
  series: "3 logs × LOG_EVENTS_LIMIT",
});

interface Logs {
  readonly threats: readonly Threat[];
  readonly incidents: readonly Incident[];
  readonly violations: readonly Violation[];
}

/** The newest events, with the Python exporter's labels and their odd values (`tons` of threats, blanks). */
function logFamily({ threats, incidents, violations }: Logs, target: string): SampleFamily {
  const samples = [
    ...threats.map((threat) => ({ labels: threatLabels(threat), at: threat.reported_timestamp })),
    ...incidents.map((incident) => ({ labels: incidentLabels(incident), at: incident.reported_timestamp })),
    ...violations.map((violation) => ({ labels: violationLabels(violation), at: violation.reported_timestamp })),
  ].flatMap(({ labels, at }) => (at === undefined ? [] : [{ labels: { ...labels, target }, value: at * 1000 }]));
  return { metric: events, samples };
}

const threatLabels = (threat: Threat) => ({
  log: "threat",
  fromname: threat.client_workload_name,
  fromns: threat.client_workload_domain,
  toname: threat.server_workload_name,
  tons: threat.server_workload_name,
  id: threat.id,
  name: threat.name,
});

const incidentLabels = (incident: Incident) => ({
  log: "incident",
  fromname: incident.workload_name,
  fromns: incident.workload_domain,
  fromid: incident.workload_id,
  toname: " ",
  tons: " ",
  cluster: incident.cluster_name,
  name: incident.name,
  id: incident.id,
  procname: incident.proc_name,
  procpath: incident.proc_path,
  proccmd: incident.proc_cmd,
  filepath: incident.file_path,
  filename: incident.file_name.join(","),
});

const violationLabels = (violation: Violation) => ({
  log: "violation",
  id: violation.id,
  fromname: violation.client_name,
  fromns: violation.client_domain,
  fromid: violation.client_id,
  toname: violation.server_name,
  tons: violation.server_domain,
  name: "Network Violation",
});

const eventTimes = gauge("nv_security_event_timestamp_seconds", {
  help: "When each of the newest threats, incidents and violations was reported, with the workload and the namespace at either end as far as the log has them: the client's and the server's, or that of an incident as from",
  labels: ["log", "id", "name", "level", "from", "from_namespace", "to", "to_namespace", "target"],
  unit: "seconds",
  source: `${endpoints}, field reported_timestamp`,
  series: "3 logs × LOG_EVENTS_LIMIT",
});

/** The same events with correct, uniform labels for all logs. */
function eventTimesFamily({ threats, incidents, violations }: Logs, target: string): SampleFamily {
  const of = (log: Log, event: LoggedEvent, labels: Sample["labels"]): Sample[] =>
    optionalSample({ log, id: event.id, level: levelOf(event), ...labels, target }, event.reported_timestamp);
  const samples = [
    ...threats.flatMap((threat) =>
      of("threat", threat, {
        name: threat.name,
        from: threat.client_workload_name,
        from_namespace: threat.client_workload_domain,
        to: threat.server_workload_name,
        to_namespace: threat.server_workload_domain,
      }),
    ),
    ...incidents.flatMap((incident) =>
      of("incident", incident, {
        name: incident.name,
        from: incident.workload_name,
        from_namespace: incident.workload_domain,
      }),
    ),
    ...violations.flatMap((violation) =>
      of("violation", violation, {
        name: "Network Violation",
        from: violation.client_name,
        from_namespace: violation.client_domain,
        to: violation.server_name,
        to_namespace: violation.server_domain,
      }),
    ),
  ];
  return { metric: eventTimes, samples };
}

type Log = "threat" | "incident" | "violation";

const eventsTotal = counter("nv_security_events_total", {
  help: "Entries that were added to each log since the exporter started, by level; other for a level without a name here",
  labels: ["log", "level", "target"],
  unit: "1",
  source: `${endpoints}, fields id, level`,
  series: "3 logs × 9 levels",
});

const lastEvent = gauge("nv_log_last_event_timestamp_seconds", {
  help: "When the newest entry of each log was reported; absent for an empty log",
  labels: ["log", "target"],
  unit: "seconds",
  source: `${endpoints}, field reported_timestamp`,
  series: "3 logs",
});

/** Minimum entries to read, so that one that arrives late with an earlier time is not missed. */
const minEntries = 16;

/** Creates a collector that counts the entries added to the logs of one controller. */
export function createLog(): Collector {
  const tallies = { threat: createEventCounter(), incident: createEventCounter(), violation: createEventCounter() };
  const sensors = createSensorTally();

  const countsFamily = (target: string): SampleFamily => ({
    metric: eventsTotal,
    samples: Object.entries(tallies).flatMap(([log, tally]) =>
      Array.from(tally.counts(), ([level, value]) => ({ labels: { log, level, target }, value })),
    ),
  });

  return {
    name: "log",
    help: "The newest security events, how many there were, and the hits of DLP and WAF sensors.",
    metrics: [events, eventTimes, eventsTotal, lastEvent, sensorHits],
    async collect({ session, target, limits, signal }) {
      const first = Math.max(limits.events, minEntries);
      const [threats, incidents, violations] = await Promise.all([
        tallies.threat.update(first, readThreats(session, { signal }), sensors.add),
        tallies.incident.update(first, readIncidents(session, { signal })),
        tallies.violation.update(first, readViolations(session, { signal })),
      ]);
      const newest: Logs = {
        threats: threats.slice(0, limits.events),
        incidents: incidents.slice(0, limits.events),
        violations: violations.slice(0, limits.events),
      };
      return [
        logFamily(newest, target),
        eventTimesFamily(newest, target),
        countsFamily(target),
        lastEventFamily({ threat: threats, incident: incidents, violation: violations }, target),
        sensors.family(target),
      ];
    },
  };
}

function lastEventFamily(
  logs: Readonly<Record<Log, readonly { readonly reported_timestamp?: number | undefined }[]>>,
  target: string,
): SampleFamily {
  const samples = Object.entries(logs).flatMap(([log, entries]) => {
    const times = entries.flatMap(({ reported_timestamp: at }) => at ?? []);
    return times.length === 0 ? [] : [{ labels: { log, target }, value: Math.max(...times) }];
  });
  return { metric: lastEvent, samples };
}
