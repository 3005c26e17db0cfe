export { NeuVectorExporter } from "./components/neuvectorExporter";
export type { NeuVectorExporterArgs, PersistentStateArgs } from "./components/neuvectorExporter";
export type {
  ExporterCredentialsArgs,
  ExporterJoinArgs,
  PushArgs,
  PushCredentialsArgs,
  ScrapedControllerArgs,
  TargetsArgs,
  WebArgs,
} from "./components/exporterArgs";
export type { ExistingSecretArgs, PlacementArgs } from "./components/exporterPod";
export type { DashboardArgs, MonitoringArgs } from "./components/monitoring";
export type { NetworkPolicyArgs } from "./components/networkPolicy";
export type { ScrapeArgs } from "./components/scraping";
export { dashboard } from "./monitoring/dashboard";
export { alertRules } from "./monitoring/alertRules";
export type { AlertRule, RuleGroup, RuleGroups } from "./monitoring/alertRules";
export { recordingRules } from "./monitoring/recordingRules";
export type { RecordingRule } from "./monitoring/recordingRules";
