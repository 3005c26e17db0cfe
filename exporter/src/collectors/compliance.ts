import { getComplianceChecks, type ComplianceCheck } from "@fedjoin/provider/internal/neuvector";
import { assetKinds } from "./assetKinds";
import { knownOrOther } from "./boundedLabel";
import { extraCollectors, type Collector } from "./collector";
import { countBy, LabeledSums } from "./groupBy";
import { gauge, type SampleFamily } from "./metric";

const endpoint = "GET /v1/compliance/asset";
const absence = "absent where the controller lacks compliance (412); an account without the permission also sees none";

const categories = ["custom", "docker", "kubernetes"];
const levels = ["ERROR", "HIGH", "INFO", "MANUAL", "WARN"];

const bounds = `by category (${categories.join(", ")}, or other) and level (${levels.join(", ")}, or other)`;

const checks = gauge("nv_compliance_failed_checks", {
  help: `Different compliance checks that failed somewhere, ${bounds}, and by whether they are scored, true or false; ${absence}`,
  labels: ["category", "level", "scored", "target"],
  unit: "1",
  source: `${endpoint}, fields category, level, scored`,
  series: `${categories.length + 1} categories × ${levels.length + 1} levels × 2, those in use`,
});

const failures = gauge("nv_compliance_failures", {
  help: `Failures of compliance checks, one for each check and asset, ${bounds}, and by kind of asset; ${absence}`,
  labels: ["asset", "category", "level", "target"],
  unit: "1",
  source: `${endpoint}, fields ${assetKinds.join(", ")}`,
  series: `${assetKinds.length} kinds of assets × ${categories.length + 1} categories × ${levels.length + 1} levels, those in use`,
});

const boundsOf = ({ category, level }: ComplianceCheck) => ({
  category: knownOrOther(categories, category),
  level: knownOrOther(levels, level),
});

function failureFamily(failed: readonly ComplianceCheck[], target: string): SampleFamily {
  const sums = new LabeledSums();
  for (const check of failed) {
    for (const asset of assetKinds) sums.add({ asset, ...boundsOf(check), target }, check[asset]);
  }
  return { metric: failures, samples: sums.samples() };
}

export const compliance: Collector = {
  name: "compliance",
  help: "Failed compliance checks. The answer is long, and reused for 15 minutes at least.",
  needs: extraCollectors,
  minIntervalMinutes: 15,
  metrics: [checks, failures],
  async collect({ session, target, signal }) {
    const failed = await getComplianceChecks(session, { signal });
    if (failed === undefined) return undefined;
    const byScored = (check: ComplianceCheck) => ({ ...boundsOf(check), scored: `${check.scored === true}`, target });
    return [{ metric: checks, samples: countBy(failed, byScored) }, failureFamily(failed, target)];
  },
};
