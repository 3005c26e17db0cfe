import { getSystemAlerts, type SystemAlerts } from "@fedjoin/provider/internal/neuvector";
import { extraCollectors, type Collector } from "./collector";
import { gauge, type SampleFamily } from "./metric";

const endpoint = "GET /v1/system/alerts";

/** Label values by the controller's name of a group. */
const groups = {
  clusterrole_alerts: "clusterrole",
  clusterrolebinding_alerts: "clusterrolebinding",
  role_alerts: "role",
  rolebinding_alerts: "rolebinding",
  neuvector_crd_alerts: "crd",
  certificate_alerts: "certificate",
  other_alerts: "other",
} as const satisfies Record<keyof SystemAlerts, string>;

const systemAlerts = gauge("nv_system_alerts", {
  help: `Alerts of the controller about itself that nobody accepted yet, by group: ${Object.values(groups).join(", ")}; the first four are missing rights in Kubernetes, other is a member or master that was not heard of; absent before 5.4.0`,
  labels: ["group", "target"],
  unit: "1",
  source: `${endpoint}, field acceptable_alerts`,
  series: `${Object.values(groups).length} groups`,
});

const certificateExpiry = gauge("nv_internal_certificate_expires_within_seconds", {
  help: "The time within which a certificate of NeuVector's internal communication expires, as the controller warns: 180, 90 or 30 days; absent while it does not warn, and once an admin accepted the alert",
  labels: ["certificate", "target"],
  unit: "seconds",
  source: `${endpoint}, field acceptable_alerts.certificate_alerts.data.message`,
  series: "2 certificates: ca, internal",
});

/** The controller's wording (rest-api.md#accounts-alerts-and-vulnerabilities). */
const expiry = /^Internal (CA )?certificate will be expired in (\d{1,4}) days$/;

function certificateFamily(messages: readonly string[], target: string): SampleFamily {
  const samples = messages.flatMap((message) => {
    const [, ca, days] = expiry.exec(message) ?? [];
    if (days === undefined) return [];
    return [{ labels: { certificate: ca === undefined ? "internal" : "ca", target }, value: Number(days) * 86_400 }];
  });
  return { metric: certificateExpiry, samples };
}

const groupNames = Object.keys(groups) as (keyof SystemAlerts)[];

export const alert: Collector = {
  name: "alert",
  help: "The controller's alerts about itself. It asks Kubernetes about its rights for each answer, so this one is reused for 5 minutes at least.",
  needs: extraCollectors,
  minIntervalMinutes: 5,
  metrics: [systemAlerts, certificateExpiry],
  async collect({ session, target, signal }) {
    const alerts = await getSystemAlerts(session, { signal });
    if (alerts === undefined) return undefined;
    return [
      {
        metric: systemAlerts,
        samples: groupNames.map((name) => ({ labels: { group: groups[name], target }, value: alerts[name].length })),
      },
      certificateFamily(alerts.certificate_alerts, target),
    ];
  },
};
