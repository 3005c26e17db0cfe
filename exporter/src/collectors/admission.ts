import { getAdmission, NeuVectorError, type Admission } from "@fedjoin/provider";
import type { Collector } from "./collector";
import { oldGauge, type SampleFamily } from "./metric";

const endpoint = "GET /v1/debug/admission_stats";
const facts = { labels: ["target"], unit: "1", series: "1" };

const allowed = oldGauge("nv_admission_allowed", {
  help: "Requests that the admission control allowed so far; absent off Kubernetes",
  source: `${endpoint}, field k8s_allowed_requests`,
  ...facts,
});

const denied = oldGauge("nv_admission_denied", {
  help: "Requests that the admission control denied so far; absent off Kubernetes",
  source: `${endpoint}, field k8s_denied_requests`,
  ...facts,
});

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
