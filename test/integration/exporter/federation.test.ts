import { envToScrape } from "@fedjoin/simulator";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import * as z from "zod";
import { at, requestsOf } from "../../support/federation";
import { test as base } from "../../support/fixtures";
import { joinSites } from "../../support/joinSites";
import { logins, probe, probeText } from "../../support/targetSites";

const discovered = z.array(z.object({ targets: z.array(z.string()), labels: z.record(z.string(), z.string()) }));
/** What /sd lists, of the content type that Prometheus demands. */
async function discover(url: string) {
  const response = await fetch(`${url}/sd`);
  expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
  return discovered.parse(await response.json());
}

const test = base
  .extend("federationOptions", { sites: 2, selfSigned: true, siteOptions: { summary: { hosts: 77 } } } as object)
  /** A master, its two members, and an exporter of the master. */
  .extend("world", async ({ federation: { master, sites }, startExporter }) => {
    await joinSites(master, sites);

    return { master, sites, logins: logins(master).length, process: await startExporter(envToScrape(master)) };
  });

describe("the members of a federation", () => {
  test("are listed by /sd and probed through the master, with one login there alone", async ({ world }) => {
    const { master, sites, logins: before, process } = world;
    const atMembers = sites.map((site) => logins(site).length);
    const groups = await discover(process.url);
    expect(groups).toEqual(
      master.members().map(({ id, name, status }) => ({
        targets: [`member:${id}`],
        labels: {
          __meta_fedjoin_kind: "member",
          __meta_fedjoin_member_id: id,
          __meta_fedjoin_member_name: name,
          __meta_fedjoin_member_status: status,
          __meta_fedjoin_master_name: "primary",
        },
      })),
    );
    for (const target of groups.flatMap(({ targets }) => [...targets, ...targets])) {
      expect(await probeText(process, `target=${target}`)).toContain(`\nnv_summary_hosts{target="${target}"} 77\n`);
    }
    expect(logins(master).length - before).toBe(1);
    expect(sites.map((site) => logins(site).length)).toEqual(atMembers);
  });

  test("are only those that the master lists: another id is 404 and reaches no member", async ({ world }) => {
    const { master, sites, process } = world;
    const asked = requestsOf(master, "GET", "/v1/fed/member").length;
    const reached = sites.map((site) => requestsOf(site, "GET", "/v1/system/summary").length);
    for (let round = 0; round < 3; round++) expect((await probe(process, "target=member:nobody")).status).toBe(404);
    expect(requestsOf(master, "GET", "/v1/fed/member")).toHaveLength(asked + 1);
    expect(sites.map((site) => requestsOf(site, "GET", "/v1/system/summary").length)).toEqual(reached);
    expect(master.requests.filter(({ path }) => path.includes("nobody"))).toEqual([]);
  });

  test("are nv_up 0 when they are away; a master that is away makes /sd 503", async ({ world, startExporter }) => {
    const { master, sites, process } = world;
    const id = at(sites, 0).membership?.id ?? "";
    await at(sites, 0).goOffline();
    expect(await probeText(process, `target=member:${id}`)).toContain("\nnv_up 0\n");
    await master.goOffline();
    const other = await startExporter(envToScrape(master));
    expect((await fetch(`${other.url}/sd`)).status).toBe(503);
    expect((await probe(other, `target=member:${id}`)).status).toBe(503);
  });

  test("stop neither the master nor each other by an answer of 401 code 47", async ({ world }) => {
    const { master, sites, logins: before, process } = world;
    const locked = { what: "status", status: 401, code: 47, times: 100 } as const;
    at(sites, 0).faults.add({ match: { method: "GET", path: "/v1/system/summary" }, ...locked });
    const [hostile = "", other = ""] = sites.map(({ membership }) => membership?.id);
    for (let round = 0; round < 3; round++) await probe(process, `target=member:${hostile}&collect[]=summary`);
    expect(await probeText(process, `target=member:${other}`)).toContain("\nnv_up 1\n");
    expect(await process.scrape()).toContain("\nnv_up 1\n");
    expect(logins(master).length - before).toBeLessThanOrEqual(2);
  });

  test("belong to the master of federation.via, without CTRL_API_SERVICE", async ({ world, folder, startExporter }) => {
    const { master } = world;
    writeFileSync(join(folder, "password"), master.admin.password);
    const file = join(folder, "exporter.yml");
    const credentials = { username: "admin", password_file: "password", tls: { fingerprint: master.fingerprint256 } };
    const config = {
      default_module: "fed",
      modules: { fed: credentials, light: { groups: ["summary"] } },
      targets: { master: { address: `${master.rest.server}:${master.rest.port}` } },
      federation: { via: "master", module: "light" },
    };
    writeFileSync(file, JSON.stringify(config));
    const { url, ...process } = await startExporter({ EXPORTER_CONFIG_FILE: file });
    const [first, ...members] = await discover(url);
    const labels = { __meta_fedjoin_kind: "target", __meta_fedjoin_module: "fed" };
    expect([first, members.length]).toEqual([{ targets: ["master"], labels }, 2]);
    const text = await probeText({ url, ...process }, `target=member:${at(master.members(), 0).id}`);
    expect(text.match(/collector_success\{collector="\w+"\} 1/g)).toEqual(['collector_success{collector="summary"} 1']);
  });
});
