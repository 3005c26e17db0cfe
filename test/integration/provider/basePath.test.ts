import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { fedJoinInputs } from "@fedjoin/testbed";
import { memberNames, newLifecycle, at } from "../../support/federation";
import { startIngress } from "../../support/ingress";
import { createServerCertificates, fingerprint256 } from "../../support/serverCertificates";
import type { WebServer } from "../../support/webServer";
import { startExporter } from "../../support/exporterProcess";
import { runFedjoin } from "../../support/fedjoinProcess";

let federation: SimulatedFederation;
let ingress: WebServer;
let tls: { readonly fingerprint: string };
let rest: { readonly server: string; readonly port: number };

beforeEach(async () => {
  federation = await startFederation({ sites: 2, timings: { cleanupMs: 10, probePauseMs: 5, intervalMinuteMs: 200 } });
  const { good } = await createServerCertificates();
  const [first, second] = [at(federation.sites, 0), at(federation.sites, 1)];
  ingress = await startIngress(good, { "/hq": federation.master, "/stores/u1": first, "/stores/u2": second });
  tls = { fingerprint: fingerprint256(good.certificate) };
  rest = { server: ingress.server, port: ingress.port };
});

afterEach(async () => {
  await ingress.close();
  await federation.close();
});

/** Master and site behind one ingress: the same host and port, each below its own path. */
function inputs() {
  const plain = fedJoinInputs(federation.master, at(federation.sites, 0), "u1");
  return {
    ...plain,
    master: { ...plain.master, rest: { ...rest, basePath: "/hq/" }, tls },
    controller: { ...plain.controller, ...rest, basePath: "/stores/u1", tls },
  };
}

describe("controllers behind an ingress with a path prefix", () => {
  test("are logged in at, joined, looked at, diagnosed and left", async () => {
    const lifecycle = newLifecycle();
    expect((await lifecycle.check({}, inputs())).failures).toEqual([]);
    const { id, outs } = await lifecycle.create(inputs());
    expect(outs).toMatchObject({ status: "joined" });
    expect(memberNames(federation.master)).toEqual([id]);
    expect(await lifecycle.read(id, outs)).toMatchObject({ id, props: { status: "joined" } });
    const { code, stdout } = await runFedjoin(["doctor", "--file", "-"], { settings: { members: [inputs()] } });
    expect(stdout).toContain(`the site's REST API at 127.0.0.1:${ingress.port}/stores/u1 answers`);
    expect(code).toBe(0);
    await lifecycle.delete(id, outs);
    expect(memberNames(federation.master)).toEqual([]);
    const paths = ingress.requests.map((request) => request.split(" ")[1] ?? "");
    expect(paths.filter((path) => !/^\/(hq|stores\/u1)\/v1\//.test(path))).toEqual([]);
  });

  test("two sites behind one ingress are two members, and each leaves when its resource is removed", async () => {
    const lifecycle = newLifecycle();
    const [first, second] = [at(federation.sites, 0), at(federation.sites, 1)].map((site, index) => {
      const { jointRest } = fedJoinInputs(federation.master, site, `u${index + 1}`);
      const controller = { ...inputs().controller, basePath: `/stores/u${index + 1}`, credentials: site.admin };
      return { ...inputs(), storeId: `u${index + 1}`, jointRest, controller, __urn: `urn::u${index + 1}` };
    });
    if (first === undefined || second === undefined) throw new Error("no inputs");
    for (const each of [first, second]) expect((await lifecycle.check({}, each)).failures).toEqual([]);
    const [one, other] = [await lifecycle.create(first), await lifecycle.create(second)];
    expect(memberNames(federation.master).toSorted()).toEqual([one.id, other.id].toSorted());
    const later = newLifecycle();
    await later.check(other.outs, second);
    await later.delete(one.id, one.outs);
    expect(memberNames(federation.master)).toEqual([other.id]);
  });

  test("a base path that is spelled with a slash at its end is no other controller, another one is", async () => {
    const lifecycle = newLifecycle();
    const { id, outs } = await lifecycle.create(inputs());
    const respelled = { ...inputs(), controller: { ...inputs().controller, basePath: "/stores/u1/" } };
    expect(await lifecycle.diff(id, outs, respelled)).toMatchObject({ changes: false });
    const other = { ...inputs(), controller: { ...inputs().controller, basePath: "/stores/u2" } };
    expect(await lifecycle.diff(id, outs, other)).toMatchObject({ changes: true, replaces: [] });
    await lifecycle.delete(id, outs);
  });

  test.each(["stores/u1", "/stores?x", "/../etc", "https://other"])("the base path %s is refused", async (basePath) => {
    const wrong = { ...inputs(), controller: { ...inputs().controller, basePath } };
    expect((await newLifecycle().check({}, wrong)).failures).toEqual([
      { property: "controller.basePath", reason: expect.stringContaining("expected a path such as") as unknown },
    ]);
  });

  test("an exporter scrapes and joins there", async () => {
    const { master, sites } = federation;
    const site = at(sites, 0);
    const exporter = await startExporter({
      CTRL_API_SERVICE: `127.0.0.1:${ingress.port}`,
      CTRL_BASE_PATH: "/stores/u1",
      CTRL_PASSWORD: site.admin.password,
      CTRL_TLS_FINGERPRINT: tls.fingerprint,
      ENABLE_FED_JOIN: "true",
      JOIN_VIA: "controller",
      PAAS_STORE_ID: "u1",
      JOINT_REST_SERVER: site.rest.server,
      JOINT_REST_PORT: String(site.rest.port),
      JOIN_TOKEN: master.joinToken(),
    });
    expect(await exporter.scrape()).toContain("nv_up");
    await exporter.said(/Join request successful: 200/);
    expect(await exporter.scrape()).toMatch(/^nv_up(\{[^}]*\})? 1$/m);
    expect(memberNames(master)).toHaveLength(1);
    await exporter.stop();
  });
});
