import { getIncidents, getThreats, getViolations, type Incident, type Threat, type Violation } from "@fedjoin/provider";
import type { Collector } from "./collector";
import { oldGauge, type SampleFamily } from "./metric";

const events = oldGauge("nv_log_events", {
  help: "When each of the newest threats, incidents and violations was reported, milliseconds since the epoch; label tons is the server's name for threats, and the labels from fromid on depend on the log",
  labels: [
    ...["log", "id", "name", "fromname", "fromns", "toname", "tons", "target"],
    ...["fromid", "cluster", "procname", "procpath", "proccmd", "filepath", "filename"],
  ],
  unit: "milliseconds",
  source: "GET /v1/log/threat, /v1/log/incident, /v1/log/violation, field reported_timestamp",
  series: "3 logs × LOG_EVENTS_LIMIT",
});

interface Logs {
  readonly threats: readonly Threat[];
  readonly incidents: readonly Incident[];
  readonly violations: readonly Violation[];
}

/** The events, as samples. Label names and their odd contents (`tons` of threats, blanks) are the Python exporter's. */
function logSamples({ threats, incidents, violations }: Logs, target: string): SampleFamily[] {
  const samples = [
    ...threats.map((threat) => ({ labels: threatLabels(threat), at: threat.reported_timestamp })),
    ...incidents.map((incident) => ({ labels: incidentLabels(incident), at: incident.reported_timestamp })),
    ...violations.map((violation) => ({ labels: violationLabels(violation), at: violation.reported_timestamp })),
  ].flatMap(({ labels, at }) => (at === undefined ? [] : [{ labels: { ...labels, target }, value: at * 1000 }]));
  return [{ metric: events, samples }];
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

export const log: Collector = {
  name: "log",
  help: "The newest security events.",
  metrics: [events],
  async collect({ session, target, limits, signal }) {
    const [threats, incidents, violations] = await Promise.all([
      getThreats(session, limits.events, { signal }),
      getIncidents(session, limits.events, { signal }),
      getViolations(session, limits.events, { signal }),
    ]);
    return logSamples({ threats, incidents, violations }, target);
  },
};
