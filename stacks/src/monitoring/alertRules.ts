import { documentationBase } from "@fedjoin/provider/internal/neuvector";

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly severity: "info" | "warning" | "critical";
  readonly summary: string;
}

/** An alert. */
export interface AlertRule {
  /** Its name, such as `NeuVectorDown`. */
  readonly alert: string;
  /** The PromQL expression that must have a result. */
  readonly expr: string;
  /** For how long, as a Prometheus duration such as `5m`. Default: at once. */
  readonly for?: string;
  /** Labels of the alert, `severity` among them. */
  readonly labels: Readonly<Record<string, string>>;
  /** A summary, and the address of the section about the alert (`runbook_url`). */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Rules that Prometheus evaluates together. */
export interface RuleGroup<Rule> {
  /** The name of the group. */
  readonly name: string;
  /** The rules, in the order of evaluation. */
  readonly rules: readonly Rule[];
}

/** Groups of rules, as in a rule file of Prometheus and in the `spec` of a PrometheusRule. */
export interface RuleGroups<Rule> {
  /** The groups of the rule file. */
  readonly groups: readonly RuleGroup<Rule>[];
}

/** The page of this version that explains how to respond to each alert. */
const defaultRunbook = `${documentationBase}docs/how-to/alerts.md`;

/**
 * Returns the alerts that docs/how-to/alerts.md explains.
 *
 * @param runbookUrl - A page with a section for each alert. Default: that of this version in the repository.
 * @example
 * ```ts
 * writeFileSync("alerts.json", JSON.stringify(alertRules("https://intranet.example.com/neuvector-alerts")));
 * ```
 */
export function alertRules(runbookUrl = defaultRunbook): RuleGroups<AlertRule> {
  const rules = alerts.map(({ severity, summary, ...rule }) => ({
    ...rule,
    labels: { severity },
    annotations: { summary, runbook_url: `${runbookUrl}#${rule.alert.toLowerCase()}` },
  }));
  return { groups: [{ name: "neuvector", rules }] };
}

const alerts: readonly Alert[] = [
  {
    alert: "NeuVectorExporterDown",
    expr: 'up{job="neuvector"} == 0',
    for: "5m",
    severity: "critical",
    summary: "Prometheus cannot scrape the exporter {{ $labels.instance }}",
  },
  {
    alert: "NeuVectorDown",
    expr: "nv_up == 0",
    for: "5m",
    severity: "critical",
    summary: "The controller behind {{ $labels.instance }} gives no data",
  },
  {
    alert: "NeuVectorLoginHold",
    expr: "nv_exporter_login_hold == 1",
    severity: "critical",
    summary: "The controller {{ $labels.target }} refused the login of the exporter, which tries no more for now",
  },
  {
    alert: "NeuVectorCollectorFailing",
    expr: "nv_scrape_collector_success == 0 unless on (job, instance) nv_up == 0",
    for: "15m",
    severity: "warning",
    summary: "The group {{ $labels.collector }} of {{ $labels.instance }} gives no data",
  },
  {
    alert: "NeuVectorSamplesDropped",
    expr: "nv_scrape_dropped_samples > 0",
    for: "1h",
    severity: "info",
    summary: "A limit leaves {{ $value }} samples of the group {{ $labels.collector }} of {{ $labels.instance }} out",
  },
  {
    alert: "NeuVectorScrapeTooLarge",
    expr: "nv_scrape_size_bytes > 0.8 * nv_scrape_size_limit_bytes",
    for: "15m",
    severity: "warning",
    summary: "A scrape of {{ $labels.instance }} has {{ $value | humanize1024 }}B, more than 80% of what is accepted",
  },
  {
    alert: "NeuVectorPushMissing",
    expr: "time() - max_over_time(nv_exporter_push_last_success_timestamp_seconds[1d]) > 900",
    severity: "critical",
    summary: "The exporter {{ $labels.instance }} has pushed nothing for {{ $value | humanizeDuration }}",
  },
  {
    alert: "NeuVectorExporterReloadFailed",
    expr: "nv_exporter_config_last_reload_successful == 0 or nv_exporter_web_config_reload_success == 0",
    for: "5m",
    severity: "warning",
    summary: "The exporter {{ $labels.instance }} refused its changed configuration and keeps the previous one",
  },
  {
    alert: "NeuVectorMemberLost",
    expr: 'sum without (status) (nv_fed_member_current_status{status=~"disconnected|kicked|left"}) == 1',
    for: "10m",
    severity: "critical",
    summary: "The master {{ $labels.instance }} has lost its member {{ $labels.name }}",
  },
  {
    alert: "NeuVectorMemberNotSynced",
    expr: 'sum without (status) (nv_fed_member_current_status{status!~"synced|disconnected|kicked|left"}) == 1',
    for: "30m",
    severity: "warning",
    summary:
      "The member {{ $labels.name }} has not had the rules of its master {{ $labels.instance }} for half an hour",
  },
  {
    alert: "NeuVectorMemberSyncLag",
    expr: "time() - nv_fed_member_last_synced_timestamp_seconds > 3600",
    for: "5m",
    severity: "warning",
    summary:
      "The member {{ $labels.member }} of the master {{ $labels.instance }} was last synced {{ $value | humanizeDuration }} ago",
  },
  {
    alert: "NeuVectorMemberUndeclared",
    expr: "nv_fed_member_declared == 0",
    for: "5m",
    severity: "warning",
    summary: "The master {{ $labels.instance }} has a member {{ $labels.name }} that the roster does not name",
  },
  {
    alert: "NeuVectorMemberMissing",
    expr: "nv_fed_member_present == 0",
    for: "15m",
    severity: "warning",
    summary: "{{ $labels.name }} is on the roster and no member of the master {{ $labels.instance }}",
  },
  {
    alert: "NeuVectorMasterUnreachable",
    expr: "nv_fed_master_connected == 0",
    for: "15m",
    severity: "critical",
    summary: "The member behind {{ $labels.instance }} does not reach its master",
  },
  {
    alert: "NeuVectorJoinPending",
    expr: 'nv_fed_join_state{state=~"joining|unconfirmed|lost"} == 1',
    for: "30m",
    severity: "warning",
    summary: "The join of {{ $labels.instance }} has been {{ $labels.state }} for half an hour",
  },
  {
    alert: "NeuVectorJoinStopped",
    expr: 'nv_fed_join_state{state=~"invalid|failed|conflict|elsewhere|kicked|unclear"} == 1',
    for: "5m",
    severity: "critical",
    summary: "{{ $labels.instance }} is not a member and no longer joins by itself: {{ $labels.state }}",
  },
  {
    alert: "NeuVectorEnforcerDown",
    expr: "nv_cluster_disconnected_enforcers > 0",
    for: "15m",
    severity: "critical",
    summary: "{{ $value }} enforcers of {{ $labels.target }} are disconnected: their hosts are not protected",
  },
  {
    alert: "NeuVectorCveDatabaseOld",
    expr: "time() - nv_cvedb_created_timestamp_seconds > 14 * 86400",
    for: "1h",
    severity: "warning",
    summary: "The CVE database of {{ $labels.target }} is {{ $value | humanizeDuration }} old",
  },
  {
    alert: "NeuVectorDefaultPassword",
    expr: "nv_users_default_password > 0",
    for: "15m",
    severity: "critical",
    summary: "{{ $value }} users of {{ $labels.target }} have their default password",
  },
  {
    alert: "NeuVectorApiKeyExpires",
    expr: "nv_api_key_expiration_timestamp_seconds - time() < 14 * 86400",
    for: "1h",
    severity: "warning",
    summary: "The API key {{ $labels.name }} of {{ $labels.target }} expires in {{ $value | humanizeDuration }}",
  },
  {
    alert: "NeuVectorCertificateExpires",
    expr: "nv_internal_certificate_expires_within_seconds <= 30 * 86400",
    for: "1h",
    severity: "warning",
    summary:
      "The internal certificate ({{ $labels.certificate }}) of {{ $labels.target }} expires within {{ $value | humanizeDuration }}",
  },
];
