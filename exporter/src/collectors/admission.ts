import { getAdmissionStats, type AdmissionStats } from "@fedjoin/provider/internal/neuvector";
import type { Collector } from "./collector";
import { counter, gauge, oldGauge, optionalSample, type SampleFamily } from "./metric";

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

const requests = counter("nv_admission_requests_total", {
  help: "Requests to the admission control by result: allowed, denied, erroneous, ignored; absent off Kubernetes",
  labels: ["result", "target"],
  unit: "1",
  source: `${endpoint}, fields k8s_*_requests`,
  series: "4 results",
});

const processing = gauge("nv_admission_processing_requests", {
  help: "Requests that the admission control is deciding; absent off Kubernetes",
  source: `${endpoint}, field k8s_processing_requests`,
  ...facts,
});

/** Converts the decisions so far to samples. */
function admissionSamples(stats: AdmissionStats, target: string): SampleFamily[] {
  const labels = { target };
  return [
    { metric: allowed, samples: [{ labels, value: stats.k8s_allowed_requests }] },
    { metric: denied, samples: [{ labels, value: stats.k8s_denied_requests }] },
    {
      metric: requests,
      samples: [
        ...optionalSample({ result: "allowed", target }, stats.k8s_allowed_requests),
        ...optionalSample({ result: "denied", target }, stats.k8s_denied_requests),
        ...optionalSample({ result: "erroneous", target }, stats.k8s_erroneous_requests),
        ...optionalSample({ result: "ignored", target }, stats.k8s_ignored_requests),
      ],
    },
    { metric: processing, samples: optionalSample(labels, stats.k8s_processing_requests) },
  ];
}

export const admission: Collector = {
  name: "admission",
  help: "Decisions of the admission control.",
  metrics: [allowed, denied, requests, processing],
  async collect({ session, target, signal }) {
    const stats = await getAdmissionStats(session, { signal });
    return stats && admissionSamples(stats, target);
  },
};
