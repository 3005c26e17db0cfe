import { describe, expect, test } from "vitest";
import { readPushConfig } from "../../../../exporter/src/settings/pushConfig";

const url = "https://metrics.example.com/api/v1/otlp/v1/metrics";
const read = (env: Readonly<Record<string, string>>) =>
  readPushConfig({ flags: new Map(), env, readFile: (path) => `content of ${path}` });
const pushOf = (env: Readonly<Record<string, string>>) => {
  const { push, problems } = read({ EXPORTER_PUSH_URL: url, ...env });
  expect(problems).toEqual([]);
  if (push === undefined) throw new Error("no push");
  return push;
};

describe("the settings of the push", () => {
  test("give none without a URL", () => {
    expect(read({ EXPORTER_PUSH_INTERVAL: "30s" })).toEqual({ push: undefined, problems: [], warnings: [] });
  });

  test("give the receiver, a minute and the configured attributes", () => {
    const push = pushOf({ EXPORTER_PUSH_ATTRIBUTES: "service.instance.id=store-17, k8s.cluster.uid=a%2Cb" });
    expect(push).toMatchObject({
      target: { protocol: "https", server: "metrics.example.com", port: 443, tls: { verify: true } },
      authorization: undefined,
      intervalMs: 60_000,
    });
    expect(push.path.reveal()).toBe("/api/v1/otlp/v1/metrics");
    expect([...push.attributes]).toEqual([
      ["service.instance.id", "store-17"],
      ["k8s.cluster.uid", "a,b"],
    ]);
  });

  test.each([
    [{ EXPORTER_PUSH_BEARER_FILE: "/token" }, "Bearer content of /token"],
    [{ EXPORTER_PUSH_USERNAME: "store", EXPORTER_PUSH_PASSWORD: "a:b%41" }, `Basic ${btoa("store:a:b%41")}`],
    [{ EXPORTER_PUSH_USERNAME: "store", EXPORTER_PUSH_PASSWORD_FILE: "/p" }, `Basic ${btoa("store:content of /p")}`],
  ])("give the account of %j", (env, header) => {
    expect(pushOf(env).authorization?.reveal()).toBe(header);
  });

  test("take http only if it is allowed", () => {
    const plain = { EXPORTER_PUSH_URL: "http://127.0.0.1:4318/v1/metrics" };
    expect(read(plain).problems).toEqual([
      "EXPORTER_PUSH_URL must be an https URL; EXPORTER_PUSH_ALLOW_HTTP=true allows http",
    ]);
    expect(pushOf({ ...plain, EXPORTER_PUSH_ALLOW_HTTP: "true" }).target).toMatchObject({
      protocol: "http",
      port: 4318,
    });
  });

  test("warn of a certificate that is not verified", () => {
    expect(read({ EXPORTER_PUSH_URL: url, EXPORTER_PUSH_TLS_VERIFY: "false" }).warnings).toEqual([
      "EXPORTER_PUSH_TLS_VERIFY=false: any certificate is accepted, so passwords and tokens can be intercepted",
    ]);
  });

  test.each<[Record<string, string>, string]>([
    [{ EXPORTER_PUSH_URL: "metrics.example.com" }, "EXPORTER_PUSH_URL must be an https URL"],
    [
      { EXPORTER_PUSH_URL: "https://prometheus.example.com" },
      "EXPORTER_PUSH_URL must have a path: /api/v1/otlp/v1/metrics for a Prometheus, /v1/metrics for a collector",
    ],
    [
      { EXPORTER_PUSH_URL: "https://canary:secret@metrics.example.com/v1/metrics" },
      "EXPORTER_PUSH_URL must hold no user: use EXPORTER_PUSH_USERNAME and EXPORTER_PUSH_PASSWORD",
    ],
    [{ EXPORTER_PUSH_INTERVAL: "10m" }, "EXPORTER_PUSH_INTERVAL must be a duration from 5s to 300s"],
    [{ EXPORTER_PUSH_INTERVAL: "1s" }, "EXPORTER_PUSH_INTERVAL must be a duration from 5s to 300s"],
    [
      { EXPORTER_PUSH_ATTRIBUTES: "service.name" },
      "EXPORTER_PUSH_ATTRIBUTES must be a comma-separated list of attributes, each as name=value",
    ],
    [
      { EXPORTER_PUSH_ATTRIBUTES: "a=%" },
      "EXPORTER_PUSH_ATTRIBUTES must be a comma-separated list of attributes, each as name=value",
    ],
    [{ EXPORTER_PUSH_USERNAME: "store" }, "EXPORTER_PUSH_USERNAME and EXPORTER_PUSH_PASSWORD go together"],
    [
      { EXPORTER_PUSH_BEARER_FILE: "/t", EXPORTER_PUSH_USERNAME: "store", EXPORTER_PUSH_PASSWORD: "canary" },
      "EXPORTER_PUSH_BEARER_FILE and EXPORTER_PUSH_USERNAME exclude each other",
    ],
    [
      { EXPORTER_PUSH_TLS_FINGERPRINT: "ab".repeat(32), EXPORTER_PUSH_TLS_VERIFY: "false" },
      "EXPORTER_PUSH_TLS_FINGERPRINT and EXPORTER_PUSH_TLS_VERIFY=false exclude each other",
    ],
  ])("refuse %j without repeating it", (env, problem) => {
    const { push, problems } = read({ EXPORTER_PUSH_URL: url, ...env });
    expect(push).toBeUndefined();
    expect(problems).toEqual([problem]);
  });

  test("refuse an account without a URL", () => {
    expect(read({ EXPORTER_PUSH_BEARER_FILE: "/t" }).problems).toEqual([
      "EXPORTER_PUSH_URL is required for EXPORTER_PUSH_BEARER_FILE",
    ]);
  });
});
