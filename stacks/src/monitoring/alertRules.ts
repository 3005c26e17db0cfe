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
export type AlertRules = z.infer<typeof rulesFile>;

/** The rules that docs/how-to/alerts.md explains: the package's copy of examples/compose/alerts.yml, where their tests are. */
export function readAlertRules(): AlertRules {
  return rulesFile.parse(parse(readFileSync(join(__dirname, "../../monitoring/alerts.yml"), "utf8")));
}
