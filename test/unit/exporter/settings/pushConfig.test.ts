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
    const { target } = pushOf({ ...plain, EXPORTER_PUSH_ALLOW_HTTP: "true" });
    expect(target).toMatchObject({ protocol: "http", port: 4318 });
  });

  test("warn of a certificate that is not verified", () => {
    expect(read({ EXPORTER_PUSH_URL: url, EXPORTER_PUSH_TLS_VERIFY: "false" }).warnings).toEqual([
      "EXPORTER_PUSH_TLS_VERIFY=false: any certificate is accepted, so passwords and tokens can be intercepted",
    ]);
  });

  const attributes = "must be a comma-separated list of attributes, each as name=value";
  const paths = "/api/v1/otlp/v1/metrics for a Prometheus, /v1/metrics for a collector";
  const user = { EXPORTER_PUSH_USERNAME: "store", EXPORTER_PUSH_PASSWORD: "canary" };
  const unverified = { EXPORTER_PUSH_TLS_VERIFY: "false" };
  test.each<[name: string, value: string, problem: string, more?: Record<string, string>]>([
    ["URL", "metrics.example.com", "must be an https URL"],
    ["URL", "https://prometheus.example.com", `must have a path: ${paths}`],
    ["URL", "https://canary:x@m/v1/x", "must hold no user: use EXPORTER_PUSH_USERNAME and EXPORTER_PUSH_PASSWORD"],
    ["INTERVAL", "10m", "must be a duration from 5s to 300s"],
    ["INTERVAL", "1s", "must be a duration from 5s to 300s"],
    ["ATTRIBUTES", "service.name", attributes],
    ["ATTRIBUTES", "a=%", attributes],
    ["USERNAME", "store", "and EXPORTER_PUSH_PASSWORD go together"],
    ["BEARER_FILE", "/t", "and EXPORTER_PUSH_USERNAME exclude each other", user],
    ["TLS_FINGERPRINT", "ab".repeat(32), "and EXPORTER_PUSH_TLS_VERIFY=false exclude each other", unverified],
  ])("refuse EXPORTER_PUSH_%s=%s without repeating it", (name, value, problem, more = {}) => {
    const { push, problems } = read({ EXPORTER_PUSH_URL: url, ...more, [`EXPORTER_PUSH_${name}`]: value });
    expect(push).toBeUndefined();
    expect(problems).toEqual([`EXPORTER_PUSH_${name} ${problem}`]);
  });

  test("refuse an account without a URL", () => {
    expect(read({ EXPORTER_PUSH_BEARER_FILE: "/t" }).problems).toEqual([
      "EXPORTER_PUSH_URL is required for EXPORTER_PUSH_BEARER_FILE",
    ]);
  });
});
