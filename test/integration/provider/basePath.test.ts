import { describe, expect } from "vitest";
import { fedJoinInputs } from "@fedjoin/testbed";
import { at, memberNames, newLifecycle } from "../../support/federation";
import { runFedjoin } from "../../support/fedjoinProcess";
import { test as base } from "../../support/fixtures";
import { startIngress } from "../../support/ingress";
import { createServerCertificates, fingerprint256 } from "../../support/serverCertificates";

/** Master and sites behind one ingress: the same host and port, each below its own path. */
const test = base
  .extend("federationOptions", { sites: 2 })
  .extend("behind", async ({ federation: { master, sites }, closing }) => {
    const { good } = await createServerCertificates();
    const paths = { "/hq": master, "/stores/u1": at(sites, 0), "/stores/u2": at(sites, 1) };
    const ingress = closing(await startIngress(good, paths));
    const tls = { fingerprint: fingerprint256(good.certificate) };
    const rest = { server: ingress.server, port: ingress.port };
    const inputs = (number: 1 | 2, basePath = `/stores/u${number}`) => {
      const plain = fedJoinInputs(master, at(sites, number - 1), `u${number}`);
      return {
        ...plain,
        master: { ...plain.master, rest: { ...rest, basePath: "/hq/" }, tls },
        controller: { ...plain.controller, ...rest, basePath, tls },
        __urn: `urn::u${number}`,
      };
    };
    return { ingress, inputs, tls };
  });

describe("controllers behind an ingress with a path prefix", () => {
  test("are joined, looked at, diagnosed and left", async ({ federation, behind: { ingress, inputs } }) => {
    const lifecycle = newLifecycle();
    expect((await lifecycle.check({}, inputs(1))).failures).toEqual([]);
    const { id, outs } = await lifecycle.create(inputs(1));
    expect(memberNames(federation.master)).toEqual([id]);
    expect(await lifecycle.read(id, outs)).toMatchObject({ id, props: { status: "joined" } });
    const members = [{ ...inputs(1), __urn: null }];
    const { code, stdout } = await runFedjoin(["doctor", "--file", "-"], { settings: { members } });
    expect(stdout).toContain(`the site's REST API at 127.0.0.1:${ingress.port}/stores/u1 answers`);
    expect(code).toBe(0);
    const paths = ingress.requests.map((request) => request.split(" ")[1] ?? "");
    expect(paths.filter((path) => !/^\/(hq|stores\/u1)\/v1\//.test(path))).toEqual([]);
  });

  test("two sites are two members, and each leaves alone", async ({ federation: { master }, behind: { inputs } }) => {
    const lifecycle = newLifecycle();
    for (const site of [1, 2] as const) expect((await lifecycle.check({}, inputs(site))).failures).toEqual([]);
    const [one, other] = [await lifecycle.create(inputs(1)), await lifecycle.create(inputs(2))];
    expect(memberNames(master).toSorted()).toEqual([one.id, other.id].toSorted());
    const later = newLifecycle();
    await later.check(other.outs, inputs(2));
    await later.delete(one.id, one.outs);
    expect(memberNames(master)).toEqual([other.id]);
  });

  test("an exporter scrapes and joins there", async ({ federation: { master, sites }, behind, startExporter }) => {
    const { rest, admin } = at(sites, 0);
    const exporter = await startExporter({
      CTRL_API_SERVICE: `127.0.0.1:${behind.ingress.port}`,
      CTRL_BASE_PATH: "/stores/u1",
      CTRL_PASSWORD: admin.password,
      CTRL_TLS_FINGERPRINT: behind.tls.fingerprint,
      ENABLE_FED_JOIN: "true",
      JOIN_VIA: "controller",
      PAAS_STORE_ID: "u1",
      JOINT_REST_SERVER: rest.server,
      JOINT_REST_PORT: String(rest.port),
      JOIN_TOKEN: master.joinToken(),
    });
    await exporter.said(/Join request successful: 200/);
    expect(await exporter.scrape()).toMatch(/^nv_up(\{[^}]*\})? 1$/m);
    expect(memberNames(master)).toHaveLength(1);
  });
});
