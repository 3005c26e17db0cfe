import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const text = z.record(z.string(), z.string());

const rulesFile = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string(),
          expr: z.string(),
          for: z.string().exactOptional(),
          labels: text,
          annotations: text,
        }),
      ),
    }),
  ),
});

/** Alert rules, as in Prometheus and in a PrometheusRule. */
export interface AlertRules {
  /** The groups of the rules file. */
  readonly groups: readonly AlertGroup[];
}

/** Rules that Prometheus evaluates together. */
export interface AlertGroup {
  /** The name of the group. */
  readonly name: string;
  /** The alerts, in the order of evaluation. */
  readonly rules: readonly AlertRule[];
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
  /** A summary, and the address of the page about the alert. */
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * Returns the rules that docs/how-to/alerts.md explains: the package's copy of examples/compose/alerts.yml, where their
 * tests are.
 *
 * @throws Error if the package is incomplete.
 * @example
 * ```ts
 * writeFileSync("alerts.json", JSON.stringify(readAlertRules()));
 * ```
 */
export function readAlertRules(): AlertRules {
  return rulesFile.parse(parse(readFileSync(join(__dirname, "../../monitoring/alerts.yml"), "utf8")));
}
