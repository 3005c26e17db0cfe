import { documentationBase } from "@fedjoin/provider/internal/neuvector";
import * as z from "zod";
import { bool, durationWithin, resourceAttributes, secretText, text, url } from "../values/textSchemas";
import { setting } from "./setting";
import { caFile, proxyOf, tlsFingerprint, tlsServerName, tlsVerify } from "./settings";

const receiver = "the receiver of pushes";

/** The settings of the push. An invalid one prevents the start. */
export const pushSettings = z.object({
  EXPORTER_PUSH_URL: setting(url().optional(), {
    source: "secret",
    help: `Pushes the metrics of \`/metrics\` to this URL as OTLP (${documentationBase}docs/how-to/push.md): \`/api/v1/otlp/v1/metrics\` of a Prometheus, or \`/v1/metrics\` of an OpenTelemetry collector.`,
  }),
  EXPORTER_PUSH_ALLOW_HTTP: setting(bool(), {
    flag: "push.allow-http",
    default: "false",
    help: "`true` allows a push URL without TLS.",
  }),
  EXPORTER_PUSH_INTERVAL: setting(durationWithin(5, 300), {
    flag: "push.interval",
    default: "60s",
    help: "Time between two pushes, at most 300s: Prometheus shows a series for 5 minutes after its last sample.",
  }),
  EXPORTER_PUSH_ATTRIBUTES: setting(resourceAttributes().optional(), {
    flag: "push.attributes",
    help: "Resource attributes, such as `service.instance.id=store-17,k8s.cluster.uid=…`. `service.name` becomes the label `job` (default `neuvector`), `service.instance.id` the label `instance` (default: the host's name).",
  }),
  EXPORTER_PUSH_BEARER_FILE: setting(secretText().optional(), {
    flag: "push.bearer-file",
    source: "file",
    help: "File with a bearer token for the push URL.",
  }),
  EXPORTER_PUSH_USERNAME: setting(text().optional(), {
    flag: "push.username",
    help: "User at the push URL, instead of a bearer token.",
  }),
  EXPORTER_PUSH_PASSWORD: setting(secretText().optional(), { source: "secret", help: "Password of that user." }),
  EXPORTER_PUSH_PROXY: proxyOf(receiver),
  EXPORTER_PUSH_CA_FILE: caFile("push.ca-file", receiver),
  EXPORTER_PUSH_TLS_SERVER_NAME: tlsServerName("push.tls-server-name", receiver),
  EXPORTER_PUSH_TLS_FINGERPRINT: tlsFingerprint("push.tls-fingerprint", receiver),
  EXPORTER_PUSH_TLS_VERIFY: tlsVerify("push.tls-verify", receiver),
});
