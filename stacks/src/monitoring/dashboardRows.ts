import { documentationBase } from "@fedjoin/provider/internal/neuvector";

/** A query of a panel; `legend` names its series. */
interface Query {
  readonly expr: string;
  readonly legend: string;
}

type Unit = "short" | "percentunit" | "bytes" | "s" | "bool_on_off" | "dateTimeFromNow";

/** A panel of a row. */
export interface Panel {
  readonly title: string;
  readonly kind: "stat" | "timeseries" | "table";
  readonly unit?: Unit;
  readonly description?: string;
  readonly queries: readonly Query[];
}

/** A row of panels under a title. */
export interface Row {
  readonly title: string;
  /** Side by side, with the same width. */
  readonly panels: readonly Panel[];
}

const instanceFilter = `instance=~"$instance"`;

const stat = (title: string, expr: string, unit: Unit = "short"): Panel => ({
  ...{ title, kind: "stat", unit },
  queries: [{ expr, legend: "" }],
});

const timeseries = (title: string, expr: string, legend: string, unit: Unit = "short"): Panel => ({
  ...{ title, kind: "timeseries", unit },
  queries: [{ expr, legend }],
});

const table = (title: string, expr: string, description?: string): Panel => ({
  ...{ title, kind: "table" },
  ...(description !== undefined && { description }),
  queries: [{ expr, legend: "" }],
});

const extra = "Of a collector that is off by default (EXTRA_COLLECTORS).";

/** The rows of the dashboard, the first questions first. */
export const dashboardRows: readonly Row[] = [
  {
    title: "Is it well?",
    panels: [
      stat("Exporters with data", `sum(nv_up{${instanceFilter}})`),
      stat("Groups that fail", `count(nv_scrape_collector_success{${instanceFilter}} == 0) or vector(0)`),
      stat("Disconnected enforcers", `sum(nv_cluster_disconnected_enforcers{${instanceFilter}})`),
      stat(
        "Oldest CVE database",
        `min(nv_cvedb_created_timestamp_seconds{${instanceFilter}}) * 1000`,
        "dateTimeFromNow",
      ),
      stat("Highest risk score", `max(nv_risk_score{${instanceFilter}})`),
      stat("Admission control on", `min(nv_admission_enabled{${instanceFilter}})`, "bool_on_off"),
    ],
  },
  {
    title: "Federation",
    panels: [
      stat("Members", `sum(nv_fed_members{${instanceFilter}})`),
      stat("Clusters that reach their master", `sum(nv_fed_master_connected{${instanceFilter}})`),
      table(
        "Members and their status",
        `nv_fed_member_current_status{${instanceFilter}}`,
        "As their master sees them: an exporter of the master shows it.",
      ),
      table("Joins by state", `nv_fed_join_state{${instanceFilter}} == 1`, "Of exporters that join by themselves."),
    ],
  },
  {
    title: "Conditions of members",
    panels: [
      table(
        "Conditions that are not as they should be",
        `nv_fed_member_condition{${instanceFilter}, condition!~"Stale|Kicked"} == 0 or nv_fed_member_condition{${instanceFilter}, condition=~"Stale|Kicked"} == 1`,
        `An exporter of the master shows them; ${documentationBase}docs/explanation/membership.md explains each.`,
      ),
      timeseries(
        "Time since the last sync",
        `topk(20, time() - nv_fed_member_last_synced_timestamp_seconds{${instanceFilter}})`,
        "{{member}}",
        "s",
      ),
      timeseries(
        "Changes of status",
        `topk(20, rate(nv_fed_member_status_changes_total{${instanceFilter}}[$__rate_interval]))`,
        "{{member}}",
      ),
    ],
  },
  {
    title: "Vulnerabilities",
    panels: [
      timeseries(
        "Running services",
        `sum by (severity) (nv_service_vulnerabilities{${instanceFilter}})`,
        "{{severity}}",
      ),
      timeseries(
        "Images in registries",
        `sum by (severity) (nv_image_vulnerabilities{${instanceFilter}})`,
        "{{severity}}",
      ),
      timeseries("Hosts", `sum by (severity) (nv_host_vulnerabilities{${instanceFilter}})`, "{{severity}}"),
      table(
        "Services with the most critical ones",
        `topk(10, sum by (namespace, service) (nv_service_vulnerabilities{${instanceFilter}, severity="critical"}) > 0)`,
      ),
    ],
  },
  {
    title: "Events and decisions",
    panels: [
      timeseries(
        "Security events",
        `sum by (log, level) (rate(nv_security_events_total{${instanceFilter}}[$__rate_interval]))`,
        "{{log}} {{level}}",
      ),
      timeseries(
        "Admission requests",
        `sum by (result) (rate(nv_admission_requests_total{${instanceFilter}}[$__rate_interval]))`,
        "{{result}}",
      ),
      timeseries("Workloads by mode", `sum by (policy_mode) (nv_workloads{${instanceFilter}})`, "{{policy_mode}}"),
      timeseries("Objects to scan", `sum by (state) (nv_scan_objects{${instanceFilter}})`, "{{state}}"),
    ],
  },
  {
    title: "What security asks",
    panels: [
      timeseries(
        "Vulnerabilities, each once",
        `sum by (severity, fixable) (nv_vulnerabilities{${instanceFilter}})`,
        "{{severity}}, fixable {{fixable}}",
      ),
      table("Highest scores", `topk(20, max by (cve) (nv_vulnerability_score{${instanceFilter}}))`, extra),
      timeseries(
        "Hits of DLP and WAF sensors",
        `sum by (kind, sensor, action) (rate(nv_sensor_hits_total{${instanceFilter}}[$__rate_interval]))`,
        "{{kind}} {{sensor}} {{action}}",
      ),
      timeseries(
        "Admission denials by rule",
        `sum by (mode, reason, rule) (rate(nv_admission_denials_total{${instanceFilter}}[$__rate_interval]))`,
        "{{mode}} {{reason}} {{rule}}",
      ),
    ],
  },
  {
    title: "Accounts, alerts and compliance",
    panels: [
      stat("Blocked users", `sum(nv_users_blocked{${instanceFilter}})`),
      stat("Default passwords", `sum(nv_users_default_password{${instanceFilter}})`),
      stat(
        "Next API key to expire",
        `min(nv_api_key_expiration_timestamp_seconds{${instanceFilter}}) * 1000`,
        "dateTimeFromNow",
      ),
      table("Alerts of the controller", `nv_system_alerts{${instanceFilter}} > 0`, extra),
      timeseries(
        "Compliance failures",
        `sum by (category, level) (nv_compliance_failures{${instanceFilter}})`,
        "{{category}} {{level}}",
      ),
      timeseries(
        "Groups by baseline",
        `sum by (baseline, policy_mode) (nv_groups_by_baseline{${instanceFilter}})`,
        "{{baseline}} {{policy_mode}}",
      ),
    ],
  },
  {
    title: "NeuVector itself",
    panels: [
      timeseries(
        "Controllers, CPU",
        `nv_controller_cpu_ratio{${instanceFilter}}`,
        "{{target}} {{display}}",
        "percentunit",
      ),
      timeseries(
        "Controllers, memory",
        `nv_controller_memory_bytes{${instanceFilter}}`,
        "{{target}} {{display}}",
        "bytes",
      ),
      timeseries(
        "Enforcers, CPU",
        `topk(20, nv_enforcer_cpu_ratio{${instanceFilter}})`,
        "{{target}} {{display}}",
        "percentunit",
      ),
      timeseries(
        "Enforcers, memory",
        `topk(20, nv_enforcer_memory_bytes{${instanceFilter}})`,
        "{{target}} {{display}}",
        "bytes",
      ),
    ],
  },
  {
    title: "The exporter",
    panels: [
      timeseries(
        "Duration of each group",
        `max by (collector) (nv_scrape_collector_duration_seconds{${instanceFilter}})`,
        "{{collector}}",
        "s",
      ),
      table("Why groups fail", `nv_scrape_collector_failure{${instanceFilter}} == 1`),
      timeseries(
        "Requests to controllers",
        `sum by (result) (rate(nv_exporter_controller_requests_total{${instanceFilter}}[$__rate_interval]))`,
        "{{result}}",
      ),
      table("Versions", `count by (version, revision) (nv_exporter_build_info{${instanceFilter}})`),
    ],
  },
  {
    title: "Delivery",
    panels: [
      timeseries("Size of a scrape", `nv_scrape_size_bytes{${instanceFilter}}`, "{{instance}}", "bytes"),
      timeseries(
        "Time since the last push",
        `time() - nv_exporter_push_last_success_timestamp_seconds{${instanceFilter}}`,
        "{{instance}}",
        "s",
      ),
      timeseries(
        "Push requests",
        `sum by (result) (rate(nv_exporter_push_requests_total{${instanceFilter}}[$__rate_interval]))`,
        "{{result}}",
      ),
    ],
  },
];
