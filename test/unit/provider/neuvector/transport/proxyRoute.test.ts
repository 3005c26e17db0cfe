import type { Target } from "@fedjoin/provider/internal/neuvector";
import { Secret } from "@fedjoin/provider/internal/values";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { isProxySetting } from "../../../../../provider/src/values/proxy";
import { resolveProxy, formatProxy } from "../../../../../provider/src/neuvector/transport/proxyRoute";

const names = ["https_proxy", "http_proxy", "all_proxy", "no_proxy"].flatMap((name) => [name, name.toUpperCase()]);

beforeEach(() => {
  for (const name of names) vi.stubEnv(name, "");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const target = (proxy?: string, server = "site.example"): Target => ({
  ...{ protocol: "https", server, port: 10443, tls: {} },
  proxy: proxy === undefined ? undefined : new Secret(proxy),
});

function way(to: Target): string {
  const route = resolveProxy(to);
  return route === undefined ? "direct" : formatProxy(route);
}

describe("which way a connection takes", () => {
  test("direct without `proxy`, whatever the environment says", () => {
    vi.stubEnv("HTTPS_PROXY", "http://p.example:3128");
    vi.stubEnv("ALL_PROXY", "http://p.example:3128");
    expect(way(target())).toBe("direct");
  });

  test("through a given URL, whatever NO_PROXY says, and without its credentials in words", () => {
    vi.stubEnv("NO_PROXY", "*");
    expect(way(target("http://u:secret@p.example:3128/"))).toBe("http://p.example:3128 (proxy)");
    expect(way(target("https://p.example"))).toBe("https://p.example:443 (proxy)");
    expect(way(target("http://[fd00::1]"))).toBe("http://[fd00::1]:80 (proxy)");
  });

  test.each<[Record<string, string>, string, string]>([
    [{}, "site.example", "direct"],
    [{ HTTPS_PROXY: "http://p.example:3128" }, "site.example", "http://p.example:3128 (HTTPS_PROXY)"],
    [{ HTTPS_PROXY: "p.example:3128" }, "site.example", "http://p.example:3128 (HTTPS_PROXY)"],
    [{ ALL_PROXY: "u:secret@p.example:3128" }, "site.example", "http://p.example:3128 (ALL_PROXY)"],
    [{ https_proxy: "http://a:1", HTTPS_PROXY: "http://b:2" }, "site.example", "http://a:1 (https_proxy)"],
    [{ HTTP_PROXY: "http://p.example:3128" }, "site.example", "direct"],
    [{ HTTPS_PROXY: "p:1", NO_PROXY: "site.example" }, "site.example", "direct"],
    [{ HTTPS_PROXY: "p:1", NO_PROXY: ".example" }, "site.example", "direct"],
    [{ HTTPS_PROXY: "p:1", NO_PROXY: "other.example, site.example:443" }, "site.example", "http://p:1 (HTTPS_PROXY)"],
    [{ HTTPS_PROXY: "p:1", NO_PROXY: "[fd00::1]" }, "fd00::1", "direct"],
    [{ HTTPS_PROXY: "p:1", no_proxy: "*" }, "site.example", "direct"],
  ])("by the environment %o to %s: %s", (environment, server, expected) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    expect(way(target("environment", server))).toBe(expected);
  });
});

test.each<[string, boolean]>([
  ["environment", true],
  ["http://p.example:3128", true],
  ["https://user:password@p.example", true],
  ["p.example:3128", false],
  ["socks5://p.example", false],
  ["http://p.example/path", false],
  ["http://p.example?x", false],
  ["", false],
])("`%s` as `proxy`: %s", (text, expected) => {
  expect(isProxySetting(text)).toBe(expected);
});
