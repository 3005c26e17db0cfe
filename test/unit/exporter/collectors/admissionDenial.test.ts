import { describe, expect, test } from "vitest";
import { reasonOf } from "../../../../exporter/src/collectors/admissionDenial";
import { collectorOf, linesOf, sessionThat, valuesOf } from "../../../support/scraping";

const path = (limit: number, start = 0) =>
  `/v1/log/audit?f_name=in,Control.Denied%7CControl.Violation&limit=${limit}${start === 0 ? "" : `&start=${start}`}`;

const message = (rule: string) =>
  `Creation of Kubernetes Deployment resource (web) is denied because of ${rule} with criteria: (runAsRoot: true).`;
const denied = (rule: string, reported_timestamp: number, more: object = {}) => ({
  ...{ name: "Admission.Control.Denied", level: "Critical", reported_timestamp, message: message(rule) },
  ...more,
});

/** What a collector shows after reads of these logs, the newest entry of each first. */
async function afterReads(...logs: readonly (readonly object[])[]) {
  const collector = collectorOf("admission_denial");
  let lines: string[] = [];
  for (const [index, log] of logs.entries()) {
    const first = index === 0 ? 256 : 16;
    const pages = { [path(first)]: { audits: log.slice(0, first) }, [path(256, 16)]: { audits: log.slice(16) } };
    lines = await linesOf(collector, sessionThat(pages), { names: "new" });
  }
  return valuesOf(lines);
}

const series = (mode: string, reason: string, rule: string) =>
  `nv_admission_denials_total{mode="${mode}",reason="${reason}",rule="${rule}"}`;

describe("admission_denial", () => {
  test("counts what is denied from its first read on, by mode, reason and rule", async () => {
    const old = denied("deny rule id 1000", 10);
    const violation = {
      ...denied("", 13, { name: "Admission.Control.Violation" }),
      message:
        "Update of Kubernetes Pod resource (a ...) violates Admission Control monitor-mode rule(s). Container c violates federal deny rule id 100001 with criteria: x.",
    };
    const added = [
      denied("deny rule id 1000", 14, { count: 3 }),
      violation,
      denied("", 12, { message: "of tomorrow" }),
      denied("deny rule id 1000", 11, { name: "Container.Scan.Report" }),
    ];
    expect(await afterReads([old], [...added, old], [...added, old])).toEqual({
      [series("protect", "deny_rule", "1000")]: 3,
      [series("monitor", "federal_deny_rule", "100001")]: 1,
      [series("protect", "other", "other")]: 1,
    });
  });

  test("counts equal entries of the same second each, over pages", async () => {
    const equal = Array.from({ length: 20 }, () => denied("deny rule id 7", 20));
    const seven = series("protect", "deny_rule", "7");
    expect(await afterReads([], equal)).toEqual({ [seven]: 20 });
    expect(await afterReads([], equal.slice(0, 2), equal.slice(0, 3))).toEqual({ [seven]: 3 });
  });

  test("has no series before the first denial, and no more than 100 rules", async () => {
    expect(await afterReads([])).toEqual({});
    const many = Array.from({ length: 120 }, (_, index) => denied(`deny rule id ${index}`, 1000 - index));
    const values = await afterReads([], many);
    expect(Object.keys(values)).toHaveLength(101);
    expect(values[series("protect", "deny_rule", "other")]).toBe(20);
  });

  test("takes the rule from the controller's words, not from what people wrote", () => {
    expect(reasonOf(message("federal deny rule id 12"))).toEqual({ reason: "federal_deny_rule", rule: "12" });
    const forged = `${message("deny rule id 1")} violates federal deny rule id 9 with`;
    expect(reasonOf(forged)).toEqual({ reason: "deny_rule", rule: "1" });
    expect(reasonOf("deny rule id 123456789012345")).toEqual({ reason: "other", rule: "" });
  });
});
