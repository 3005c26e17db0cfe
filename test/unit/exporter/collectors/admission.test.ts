import { NeuVectorError } from "@fedjoin/provider/neuvector";
import { describe, expect, test } from "vitest";
import { forbidden, huge, newLines, oldLines } from "../../../support/scraping";

describe("admission: metrics of the Python exporter", () => {
  const path = "/v1/debug/admission_stats";

  test("R16: allowed and denied requests", async () => {
    const answer = { stats: { k8s_allowed_requests: 7, k8s_denied_requests: 2, k8s_processing_requests: -1 } };
    expect(await oldLines("admission", { [path]: answer })).toEqual([
      'nv_admission_allowed{target="c"} 7',
      'nv_admission_denied{target="c"} 2',
    ]);
  });

  test("R16: off Kubernetes there is no data and no failure, but a refusal is one", async () => {
    const offKubernetes = new NeuVectorError("unexpected_status", "no", { status: 412, code: 30 });
    expect(await oldLines("admission", { [path]: offKubernetes })).toEqual([]);
    await expect(oldLines("admission", { [path]: forbidden })).rejects.toMatchObject({ kind: "forbidden" });
  });
});

describe("admission: new metrics", () => {
  const path = "/v1/debug/admission_stats";

  test("counts requests by result", async () => {
    const stats = {
      ...{ k8s_allowed_requests: huge, k8s_denied_requests: 2, k8s_erroneous_requests: 1 },
      ...{ k8s_ignored_requests: 0, k8s_processing_requests: -1 },
    };
    expect(await newLines("admission", { [path]: { stats } })).toEqual([
      'nv_admission_requests_total{result="allowed",target="c"} 9223372036854776000',
      'nv_admission_requests_total{result="denied",target="c"} 2',
      'nv_admission_requests_total{result="erroneous",target="c"} 1',
      'nv_admission_requests_total{result="ignored",target="c"} 0',
      'nv_admission_processing_requests{target="c"} -1',
    ]);
  });

  test("a result that the controller does not count is absent", async () => {
    const stats = { k8s_allowed_requests: 7, k8s_denied_requests: 2, k8s_ignored_requests: null };
    expect(await newLines("admission", { [path]: { stats } })).toHaveLength(2);
  });
});
