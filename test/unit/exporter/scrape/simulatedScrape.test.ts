import { createSession, type Ports, type Transport } from "@fedjoin/provider/internal/neuvector";
import { Secret } from "@fedjoin/provider/internal/values";
import { type ControllerHandle, createVirtualNetwork, type Fault } from "@fedjoin/simulator";
import { describe, expect, test } from "vitest";
import type { Limits } from "../../../../exporter/src/collectors/collector";
import { requestsOf } from "../../../support/federation";
import { parseExposition } from "../../../support/parseExposition";
import { renderToString } from "../../../support/renderToString";
import { addWith, answerWith, richBodies, scraper as account, type Bodies } from "../../../support/richData";
import { scraperOf } from "../../../support/scraper";
import { virtualClock, virtualPorts } from "../../../support/virtualPorts";

/** A controller in memory that answers so, and an exporter's scrapes of it. */
function start(
  bodies: Bodies = richBodies(),
  limits: Partial<Limits> = {},
  over: (ports: Ports) => Ports = (ports) => ports,
) {
  const network = createVirtualNetwork();
  const { clock } = network;
  const site = addWith(network, bodies);
  const credentials = { kind: "user", username: account.username, password: new Secret(account.password) } as const;
  const target = { protocol: "https", ...site.rest, tls: {} } as const;
  const session = createSession(over(virtualPorts(network)), target, credentials);
  const scraper = scraperOf(session, virtualClock(clock), limits);
  const scrape = async (timeoutMs = 30_000, names?: readonly string[]) => {
    const isWanted = (name: string) => names?.includes(name) ?? true;
    const results = await clock.advanceUntil(scraper.scrape(timeoutMs, isWanted).all);
    const options = { format: "text", names: "both", maxLabelLength: 64 } as const;
    const samples = parseExposition(await renderToString(results, [], options), "text");
    const of = (metric: string) => samples.filter(({ name }) => name === metric);
    return {
      of,
      up: of("nv_up")[0]?.value,
      /** The values of a metric, by one of its labels. */
      values: (metric: string, label = "collector") =>
        Object.fromEntries(of(metric).map(({ labels, value }) => [labels[label] ?? "", value])),
      reasons: Object.fromEntries(
        of("nv_scrape_collector_failure").map(({ labels }) => [labels["collector"] ?? "", labels["reason"]]),
      ),
    };
  };
  return { clock, site, scrape };
}

const spoil = ({ faults }: ControllerHandle, path: string, fault: Fault, method = "GET"): void => {
  faults.add({ match: { method, path }, ...fault, times: Infinity });
};

const logins = (site: ControllerHandle) => requestsOf(site, "POST", "/v1/auth").length;

describe("R9: a scrape", () => {
  test("Q6: gives up a collector that hangs at the deadline, and no other", async () => {
    const { site, scrape } = start();
    spoil(site, "/v1/host", { what: "delay", ms: 60_000 });
    const { up, reasons } = await scrape(3_000);
    expect([up, reasons]).toEqual([1, { host: "timeout" }]);
  });

  test("Q7: shows which collectors are refused or fail, and why", async () => {
    const { site, scrape } = start();
    spoil(site, "/v1/debug/admission_stats", { what: "status", status: 403, code: 25 });
    spoil(site, "/v1/host", { what: "status", status: 500, code: 24 });
    const { up, reasons } = await scrape();
    expect([up, reasons]).toEqual([1, { admission: "forbidden", host: "server_error" }]);
  });

  test("Q8: of an absent controller is nv_up 0, with a reason for each collector, until it is back", async () => {
    const { site, scrape } = start();
    await site.goOffline();
    const { up, reasons } = await scrape();
    expect([up, new Set(Object.values(reasons))]).toEqual([0, new Set(["network"])]);
    await site.goOnline();
    expect((await scrape()).up).toBe(1);
  });

  test("Q9: with a lasting 401 costs one more login, not one for each request", async () => {
    const { site, scrape } = start(new Map());
    for (const path of richBodies().keys()) spoil(site, path, { what: "status", status: 401, code: 3 });
    spoil(site, "/v1/vulasset", { what: "status", status: 401, code: 3 }, "POST");
    expect([(await scrape()).up, logins(site) <= 2]).toEqual([0, true]);
    const before = logins(site);
    expect([(await scrape()).up, logins(site) - before <= 1]).toEqual([0, true]);
  });

  test.each([
    ["<html>", "unexpected_reply"],
    ['{"need_to_reset_password":true,"token":null}', "password_change_required"],
  ])("Q11: after a login that is answered with %s has the reason %s", async (body, reason) => {
    const { site, scrape } = start();
    spoil(site, "/v1/auth", { what: "garbage", body }, "POST");
    expect(new Set(Object.values((await scrape()).reasons))).toEqual(new Set([reason]));
  });

  test("Q12: survives answers without any field", async () => {
    const { site, scrape } = start(new Map([...richBodies().keys()].map((path) => [path, {}])));
    const first = await scrape();
    expect(first.values("nv_scrape_collector_success")).toMatchObject({ log: 1, conversation: 1, summary: 0 });
    for (const log of ["incident", "violation"]) {
      answerWith(site, `/v1/log/${log}`, `{"${log}s":[{"reported_timestamp":1}]}`);
    }
    expect((await scrape()).values("nv_log_events", "log")).toEqual({ incident: 1000, violation: 1000 });
  });

  test("Q15: counts a series that is left out since it was there already", async () => {
    const { of } = await start().scrape(30_000, ["image_vulnerability"]);
    expect(of("nv_scrape_duplicate_samples")).toMatchObject([{ value: 2 }]);
  });

  test("Q19: counts what a limit leaves out", async () => {
    const { of, values } = await start(richBodies(), { conversations: 2 }).scrape(30_000, ["conversation"]);
    expect(of("nv_conversation_bytes").map(({ value }) => value)).toEqual([2 ** 64, 2 ** 64]);
    expect(values("nv_scrape_dropped_samples")["conversation"]).toBeGreaterThan(0);
  });

  test("Q20: passes over and counts a registry whose name no path can hold", async () => {
    const names = ["..", ".", "", "%2e%2e", "../../../v1/user", "a?limit=1", "a#b", "second"];
    const registries = { summarys: names.map((name) => ({ name, scanned: 1 })) };
    const { site, scrape } = start(new Map([...richBodies(), ["/v1/scan/registry", registries]]));
    const { values, reasons } = await scrape(30_000, ["image_vulnerability"]);
    expect(reasons).toEqual({});
    expect(values("nv_scrape_skipped_objects", "reason")).toEqual({ not_found: 4, unusable_name: 3 });
    expect(Object.keys(values("nv_image_vulnerabilities", "registry"))).toEqual(["second"]);
    expect(Object.keys(values("nv_registry_images", "registry"))).toHaveLength(names.length);
    const segments = ["%252e%252e", "..%2F..%2F..%2Fv1%2Fuser", "a%23b", "a%3Flimit%3D1", "second"];
    const paths = ["/v1/scan/registry", ...segments.map((segment) => `/v1/scan/registry/${segment}/images`)];
    const asked = site.requests.flatMap(({ method, path }) => (method === "GET" ? [path] : []));
    expect(asked.toSorted()).toEqual(paths.toSorted());
  });

  test.each([401, 408])("Q24: renews a session that expired with %i, and has all its data", async (status) => {
    const { site, scrape } = start();
    await scrape();
    site.faults.add({ match: { method: "GET", path: "/v1/host" }, what: "status", status, code: 3 });
    expect([(await scrape()).reasons, logins(site)]).toEqual([{}, 2]);
  });
});

describe("the collectors", () => {
  test("R16: succeed on an empty cluster off Kubernetes", async () => {
    const { up, reasons } = await start(new Map()).scrape();
    expect([up, reasons]).toEqual([1, {}]);
  });

  test("R9: fail alone if the account may not read their data", async () => {
    const { site, scrape } = start(new Map([...richBodies()].filter(([path]) => path !== "/v1/fed/member")));
    Object.assign(site.users.get(account.username) ?? {}, { role: "ciops" });
    const denied = ["admission", "platform_vulnerability", "federation", "scanner", "policy", "vulnerability"];
    const { up, reasons } = await scrape();
    expect([up, reasons]).toEqual([1, Object.fromEntries(denied.map((name) => [name, "forbidden"]))]);
  });

  test.each([
    ["risk", "/v1/system/score/metrics"],
    ["policy", "/v1/admission/state"],
    ["alert", "/v1/system/alerts"],
    ["vulnerability", "/v1/vulasset"],
  ])("of %s goes without %s, which an older controller lacks", async (name, path) => {
    const { site, scrape } = start();
    for (const method of ["GET", "POST"]) spoil(site, path, { what: "status", status: 404, code: 1 }, method);
    const { reasons, values } = await scrape();
    expect([reasons, values("nv_scrape_collector_success")[name]]).toEqual([{}, 1]);
  });

  test("of compliance goes without it where the controller answers 412", async () => {
    const { site, scrape } = start();
    spoil(site, "/v1/compliance/asset", { what: "status", status: 412, code: 4 });
    const { reasons, of } = await scrape();
    expect([reasons, of("nv_compliance_failures")]).toEqual([{}, []]);
  });

  test("ask for vulnerabilities, compliance and alerts once in a while, however often they are scraped", async () => {
    const { site, clock, scrape } = start();
    const asked = () =>
      ["/v1/system/alerts", "/v1/compliance/asset"]
        .map((path) => requestsOf(site, "GET", path).length)
        .concat(requestsOf(site, "POST", "/v1/vulasset").length);
    await scrape();
    const { values } = await scrape();
    expect([asked(), values("nv_vulnerabilities", "severity")]).toEqual([[1, 1, 2], expect.anything()]);
    // Less than the session's idle timeout apart, so that each is asked for once.
    for (const expected of [
      [1, 1, 2],
      [2, 1, 2],
      [2, 1, 2],
      [3, 2, 4],
    ]) {
      await clock.advance(4 * 60_000);
      await scrape();
      expect(asked()).toEqual(expected);
    }
  });

  test("show what a cluster has by the simulator's own answers, and to an account without rights only itself", async () => {
    const { site, scrape } = start(new Map([...richBodies()].filter(([path]) => path !== "/v1/user")));
    const first = await scrape(30_000, ["vulnerability"]);
    expect(first.of("nv_vulnerability_score").map(({ labels, value }) => [labels["cve"], value])).toEqual([
      ["CVE-2026-0001", 9.8],
      ["CVE-2026-0002", 7.5],
    ]);
    Object.assign(site.users.get(account.username) ?? {}, { role: "ciops" });
    expect((await scrape(30_000, ["account"])).of("nv_users")).toMatchObject([{ labels: { role: "ciops" }, value: 1 }]);
  });
});

describe("R9: a log that is answered with 200,000 entries, whatever was asked for", () => {
  const path = "/v1/log/audit";
  const entry = {
    ...{ name: "Admission.Control.Denied", level: "Critical", reported_timestamp: 10, count: 1 },
    message: "Creation of Kubernetes Pod resource (web) is denied because of deny rule id 1000 with criteria: (a: b).",
  };
  const thousand = Array.from({ length: 1000 }, () => JSON.stringify(entry)).join(",");
  const parts = [
    '{"audits":[',
    ...Array.from({ length: 200 }, (_, index) => (index ? `,${thousand}` : thousand)),
    "]}",
  ];

  test("fails no collector", async () => {
    const { site, scrape } = start();
    answerWith(site, path, parts.join(""));
    const { up, reasons, values } = await scrape();
    expect([up, reasons]).toEqual([1, {}]);
    expect(values("nv_scrape_collector_success")).toMatchObject({ admission_denial: 1, log: 1, host: 1 });
  });

  test("is given up at the deadline if it arrives slowly, and no other; nothing of it is read from then on", async () => {
    let read = 0;
    const trickle =
      ({ clock, transport }: Ports): Transport["send"] =>
      async (request) => {
        const { path: asked, sink, signal } = request;
        if (sink === undefined || !asked.startsWith(path)) return transport.send(request);
        for (const part of parts) {
          sink(Buffer.from(part));
          read++;
          await clock.sleep(100, signal);
        }
        return { status: 200, headers: {}, body: "" };
      };
    const { clock, scrape } = start(richBodies(), {}, (ports) => ({ ...ports, transport: { send: trickle(ports) } }));
    const before = clock.now();
    const { up, reasons, values } = await scrape(3_000);
    expect(clock.now() - before).toBe(3_000);
    expect([up, reasons]).toEqual([1, { admission_denial: "timeout" }]);
    expect(values("nv_scrape_collector_success")).toMatchObject({ admission_denial: 0, log: 1, host: 1 });
    await clock.advance(60_000);
    expect(read).toBe(30);
  });
});
