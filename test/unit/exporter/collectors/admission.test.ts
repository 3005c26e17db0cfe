import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import { expect, test } from "vitest";
import { forbidden, huge, newLines, oldLines, valuesOf } from "../../../support/scraping";

const answer = (stats: object) => ({ "/v1/debug/admission_stats": { stats } });

test("admission counts requests by result, with old and new names", async () => {
  const stats = {
    ...{ k8s_allowed_requests: huge, k8s_denied_requests: 2, k8s_erroneous_requests: 1 },
    ...{ k8s_ignored_requests: 0, k8s_processing_requests: -1 },
  };
  expect(valuesOf(await oldLines("admission", answer(stats)))).toEqual({
    ...{ nv_admission_allowed: huge, nv_admission_denied: 2 },
  });
  const requests = (result: string) => `nv_admission_requests_total{result="${result}"}`;
  expect(valuesOf(await newLines("admission", answer(stats)))).toEqual({
    ...{ [requests("allowed")]: huge, [requests("denied")]: 2, [requests("erroneous")]: 1, [requests("ignored")]: 0 },
    nv_admission_processing_requests: -1,
  });
});

test("admission leaves out a result that the controller does not count", async () => {
  const stats = { k8s_allowed_requests: 7, k8s_denied_requests: 2, k8s_ignored_requests: null };
  expect(await newLines("admission", answer(stats))).toHaveLength(2);
});

test("R16: admission has no data off Kubernetes, which is no failure, but a refusal is one", async () => {
  const offKubernetes = new NeuVectorError("unexpected_status", "no", { status: 412, code: 30 });
  expect(await oldLines("admission", { "/v1/debug/admission_stats": offKubernetes })).toEqual([]);
  const refused = oldLines("admission", { "/v1/debug/admission_stats": forbidden });
  await expect(refused).rejects.toMatchObject({ kind: "forbidden" });
});
