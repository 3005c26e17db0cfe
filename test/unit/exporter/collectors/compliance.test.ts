import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import { expect, test } from "vitest";
import { newLines, valuesOf } from "../../../support/scraping";

const path = "/v1/compliance/asset";

test("compliance counts failed checks and their assets, with an unknown category or level as other", async () => {
  const compliances = [
    { category: "docker", level: "WARN", scored: true, workloads: ["a", "b"], nodes: ["n"], images: null },
    { category: "docker", level: "WARN", scored: true, workloads: ["c"] },
    { category: "of tomorrow", level: "", platforms: ["p"] },
  ];
  const labels = (asset: string, category = "docker", level = "WARN") =>
    `nv_compliance_failures{asset="${asset}",category="${category}",level="${level}"}`;
  expect(valuesOf(await newLines("compliance", { [path]: { compliances } }))).toEqual({
    'nv_compliance_failed_checks{category="docker",level="WARN",scored="true"}': 2,
    'nv_compliance_failed_checks{category="other",level="other",scored="false"}': 1,
    ...{ [labels("workloads")]: 3, [labels("nodes")]: 1, [labels("images")]: 0, [labels("platforms")]: 0 },
    ...{ [labels("workloads", "other", "other")]: 0, [labels("nodes", "other", "other")]: 0 },
    ...{ [labels("images", "other", "other")]: 0, [labels("platforms", "other", "other")]: 1 },
  });
});

test.each([
  [404, 1],
  [412, 30],
  [412, 4],
])("compliance is absent where the controller answers %i with code %i", async (status, code) => {
  const missing = new NeuVectorError("unexpected_status", "no", { status, code });
  expect(await newLines("compliance", { [path]: missing })).toEqual([]);
});

test("compliance fails where another server answers 412", async () => {
  const foreign = new NeuVectorError("unexpected_status", "no", { status: 412 });
  await expect(newLines("compliance", { [path]: foreign })).rejects.toBe(foreign);
});
