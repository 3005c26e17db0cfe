import { getAdmission, NeuVectorError, type Admission } from "@fedjoin/provider";
import type { Collector } from "./collector";
import { legacyGauge, type SampleFamily } from "./metric";

const endpoint = "GET /v1/debug/admission_stats";

const allowed = legacyGauge(
  "nv_admission_allowed",
  `Requests that the admission control allowed so far (${endpoint}, field k8s_allowed_requests). Absent off Kubernetes.`,
  ["target"],
);

const denied = legacyGauge(
  "nv_admission_denied",
  `Requests that the admission control denied so far (${endpoint}, field k8s_denied_requests). Absent off Kubernetes.`,
  ["target"],
);

/** The decisions so far, as samples. */
function admissionSamples(stats: Admission, target: string): SampleFamily[] {
  const labels = { target };
  return [
    { metric: allowed, samples: [{ labels, value: stats.k8s_allowed_requests }] },
    { metric: denied, samples: [{ labels, value: stats.k8s_denied_requests }] },
  ];
}

export const admission: Collector = {
  name: "admission",
  help: "Decisions of the admission control.",
  metrics: [allowed, denied],
  async collect({ session, target, signal }) {
    try {
      return admissionSamples(await getAdmission(session, { signal }), target);
    } catch (error) {
      if (isOffKubernetes(error)) return [];
      throw error;
    }
  },
};

function isOffKubernetes(error: unknown): boolean {
  return error instanceof NeuVectorError && error.status === 412;
}
