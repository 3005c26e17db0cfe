import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { test } from "../../support/fixtures";
import { z } from "zod";
import {
  type FederationOptions,
  type SimulatedController,
  type SimulatedFederation,
  startFederation,
} from "@fedjoin/simulator";
import { fedJoinInputs } from "@fedjoin/testbed";
import { newLifecycle, at, requestsOf } from "../../support/federation";
import { logins, probe } from "../../support/targetSites";

const discovered = z.array(z.object({ targets: z.array(z.string()), labels: z.record(z.string(), z.string()) }));

describe("a federation", () => {
  async function federationOf(options: FederationOptions = {}): Promise<SimulatedFederation> {
    const federation = await startFederation({ sites: 2, selfSigned: true, ...options });
    onTestFinished(() => federation.close());
    for (const [index, site] of federation.sites.entries()) {
      await newLifecycle().create(fedJoinInputs(federation.master, site, `s${index}`));
    }
    return federation;
  }

  const controllerEnv = ({ rest, admin, fingerprint256 }: SimulatedController) => ({
    CTRL_API_SERVICE: `${rest.server}:${rest.port}`,
    CTRL_USERNAME: admin.username,
    CTRL_PASSWORD: admin.password,
    CTRL_TLS_FINGERPRINT: fingerprint256,
  });

  test("its members are listed by /sd and probed through the master, with one login there and none at a member", async ({
    startExporter,
  }) => {
    const federation = await federationOf({ siteOptions: { summary: { hosts: 77 } } });
    const { master, sites } = federation;
    const process = await startExporter(controllerEnv(master));
    const before = sites.map((site) => logins(site).length);
    const atMaster = logins(master).length;
    const list = await fetch(`${process.url}/sd`);
    expect(list.headers.get("content-type")).toBe("application/json; charset=utf-8");
    const groups = discovered.parse(await list.json());
    expect(groups.map(({ targets }) => targets[0]).toSorted()).toEqual(
      master
        .members()
        .map(({ id }) => `member:${id}`)
        .toSorted(),
    );
    const [first] = master.members();
    expect(groups.map(({ labels }) => labels)).toContainEqual({
      __meta_fedjoin_kind: "member",
      __meta_fedjoin_member_id: first?.id,
      __meta_fedjoin_member_name: first?.name,
      __meta_fedjoin_member_status: first?.status,
      __meta_fedjoin_master_name: "primary",
    });
    for (let round = 0; round < 3; round++) {
      for (const { targets } of groups) {
        const text = await (await probe(process, `target=${at(targets, 0)}`)).text();
        expect(text).toContain("\nnv_up 1\n");
        expect(text).toContain(`\nnv_summary_hosts{target="${at(targets, 0)}"} 77\n`);
      }
    }
    expect(logins(master).length - atMaster).toBe(1);
    expect(sites.map((site) => logins(site).length)).toEqual(before);
  });

  test("an id that the master does not list is 404 and reaches no member", async ({ startExporter }) => {
    const { master, sites } = await federationOf();
    const process = await startExporter(controllerEnv(master));
    const before = sites.map(({ requests }) => requests.length);
    const asked = requestsOf(master, "GET", "/v1/fed/member").length;
    for (let round = 0; round < 5; round++) expect((await probe(process, "target=member:nobody")).status).toBe(404);
    expect(sites.map(({ requests }) => requests.length)).toEqual(before);
    expect(requestsOf(master, "GET", "/v1/fed/member")).toHaveLength(asked + 1);
    expect(master.requests.filter(({ path }) => path.includes("nobody"))).toEqual([]);
  });

  test("a member that is away is nv_up 0, and a master that is away makes /sd 503", async ({ startExporter }) => {
    const { master, sites } = await federationOf();
    const process = await startExporter(controllerEnv(master));
    const id = at(master.members(), 0).id;
    const site = sites.find(({ membership }) => membership?.id === id);
    await site?.goOffline();
    const text = await (await probe(process, `target=member:${id}`)).text();
    expect(text).toContain("\nnv_up 0\n");
    await master.goOffline();
    const other = await startExporter(controllerEnv(master));
    expect((await fetch(`${other.url}/sd`)).status).toBe(503);
    expect((await probe(other, `target=member:${id}`)).status).toBe(503);
    expect(await other.scrape()).toContain("\nnv_up 0\n");
  });

  test("a member's own 401/47 stops neither its master nor the other members", async ({ startExporter }) => {
    const { master, sites } = await federationOf();
    const process = await startExporter(controllerEnv(master));
    const hostile = at(sites, 0);
    hostile.faults.add({
      match: { method: "GET", path: "/v1/system/summary" },
      what: "status",
      status: 401,
      code: 47,
      times: 100,
    });
    const before = logins(master).length;
    const idOf = (index: number) => at(sites, index).membership?.id ?? "";
    for (let round = 0; round < 4; round++) await probe(process, `target=member:${idOf(0)}&collect[]=summary`);
    expect(await (await probe(process, `target=member:${idOf(1)}`)).text()).toContain("\nnv_up 1\n");
    expect(await process.scrape()).toContain("\nnv_up 1\n");
    expect(logins(master).length - before).toBeLessThanOrEqual(2);
  });

  test("federation.via names the master, so that CTRL_API_SERVICE is not needed", async ({ folder, startExporter }) => {
    const { master } = await federationOf();
    writeFileSync(join(folder, "password"), master.admin.password);
    const file = join(folder, "exporter.yml");
    writeFileSync(
      file,
      [
        "default_module: fed",
        "modules:",
        "  fed:",
        "    username: admin",
        "    password_file: password",
        `    tls: {fingerprint: "${master.fingerprint256}"}`,
        "  light: {groups: [summary]}",
        "targets:",
        `  master: {address: "${master.rest.server}:${master.rest.port}"}`,
        "federation: {via: master, module: light}",
      ].join("\n"),
    );
    const process = await startExporter({ EXPORTER_CONFIG_FILE: file });
    const groups = discovered.parse(await (await fetch(`${process.url}/sd`)).json());
    expect(groups).toHaveLength(3);
    expect(groups[0]).toEqual({
      targets: ["master"],
      labels: { __meta_fedjoin_kind: "target", __meta_fedjoin_module: "fed" },
    });
    const text = await (await probe(process, `target=member:${at(master.members(), 0).id}`)).text();
    expect([...text.matchAll(/collector_success\{collector="(\w+)"\} 1/g)].map(([, name]) => name)).toEqual([
      "summary",
    ]);
  });
});
