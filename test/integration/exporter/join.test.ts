import { writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { FederationOptions } from "@fedjoin/simulator";
import { describe, expect } from "vitest";
import type { ExporterProcess } from "../../support/exporterProcess";
import { at, memberNames, requestsOf } from "../../support/federation";
import { quickTimings, test as base } from "../../support/fixtures";
import { joinEnvironment } from "../../support/joinEnvironment";
import { startWebServer } from "../../support/webServer";

const password = "Canary-pass-7c1e";
const joiner = { username: "joiner", password: "Canary-join-5b2d", role: "admin" } as const;
const forever = { JOIN_INITIAL_DELAY_SECONDS: "300", JOIN_MAX_DELAY_SECONDS: "300" };

const test = base
  .extend("federationOptions", { password, acceptDirectJoin: true, timings: quickTimings } as FederationOptions)
  .extend("master", ({ federation }) => federation.master)
  .extend("site", ({ federation }) => at(federation.sites, 0))
  /** The settings of an exporter that joins the site, and its state folder. */
  .extend("env", ({ federation: { ca = "" }, master, site, folder }) => {
    const caFile = join(folder, "ca.pem");
    writeFileSync(caFile, ca);
    const quick = { JOIN_WATCH_INTERVAL_SECONDS: "0.1", EXPORTER_STATE_DIR: folder };
    return { ...joinEnvironment({ master, site, password, caFile }), ...quick };
  });

const joined = /Federation join completed successfully!/;
const failed = /Federation join failed; metrics are not affected/;
const restored = /Restoring[^]*Federation join completed successfully!/;

/** The join's samples of a scrape, without those of states that it is not in. */
async function samplesOf(process: ExporterProcess): Promise<readonly string[]> {
  const lines = (await process.scrape()).split("\n").filter((line) => line.startsWith("nv_fed_join_"));
  expect(lines.filter((line) => line.startsWith("nv_fed_join_state{"))).toHaveLength(11);
  return lines.filter((line) => !/^nv_fed_join_state.* 0$/.test(line));
}

const stateOf = async (process: ExporterProcess): Promise<string | undefined> =>
  /state="(\w+)"\} 1/.exec((await samplesOf(process)).join("\n"))?.[1];

describe("R1: the join of a process", () => {
  test("R1 R3 R5 R6 R9 R10: once, with a token from a URL", async ({ master, site, env, startExporter }) => {
    const tokens = await startWebServer("plain", (_request, response) => {
      response.end(JSON.stringify({ context: master.joinToken() }));
    });
    const JOIN_TOKEN_URL = `http://user:Canary-url@127.0.0.1:${tokens.port}/join_token?key=Canary-query`;
    const settings = { ...env, JOIN_TOKEN: "", JOIN_TOKEN_URL, JOIN_TOKEN_URL_ALLOW_HTTP: "true" };
    const process = await startExporter(settings);
    await process.said(joined);
    await tokens.close();
    expect(tokens.requests).toHaveLength(1);
    const [name = ""] = memberNames(master);
    expect(name).toMatch(/^u2204a-[A-Za-z0-9]{6}$/);
    expect(process.output()).toContain(`Cluster name: ${name}\n`);
    const text = await process.scrape();
    expect(text).toContain('nv_fed_worker{status="joint",master="primary"} 1\n');
    expect(text).toContain('nv_fed_join_requests_total{result="accepted"} 1\n');
    expect(await stateOf(process)).toBe("joined");
    expect(await process.stop()).toBe(0);
    expect(["POST", "DELETE"].map((method) => requestsOf(site, method, "/v1/auth").length)).toEqual([1, 1]);
    expect(requestsOf(master, "POST", "/v1/auth")).toEqual([]);
    expect(process.output()).not.toContain("Canary");
    const again = await startExporter(env);
    await again.said(joined);
    expect(again.output()).toContain(`Already a member as ${name}\n`);
    expect(requestsOf(master, "POST", "/v1/fed/join")).toHaveLength(1);
  });

  test("R9: waits for a silent master, and serves and shows that", async ({ master, env, startExporter }) => {
    await master.goOffline();
    const process = await startExporter({ ...env, JOIN_MODE: "watch", MAX_JOIN_RETRIES: "1000" });
    expect(await process.scrape()).toContain("\nnv_up 1\n");
    await process.said(/Retry 2\/1000/);
    const before = await samplesOf(process);
    expect(before).toContain('nv_fed_join_state{state="joining"} 1');
    expect(before).toContain('nv_fed_join_last_error{kind="network"} 1');
    expect(before.join()).not.toContain("nv_fed_join_last_success");
    await master.goOnline();
    await process.said(joined);
    const after = await samplesOf(process);
    expect(after).toContain('nv_fed_join_state{state="joined"} 1');
    expect(after.join()).toMatch(/nv_fed_join_last_success_timestamp_seconds 1\d{9}/);
    expect(after.join()).not.toMatch(/last_error|next_retry/);
  });

  test("R15: sends nothing to an unknown certificate, and logs its pin", async ({ master, env, startExporter }) => {
    const process = await startExporter({ ...env, MASTER_CA_FILE: "" });
    await process.said(failed);
    expect(process.output()).toContain("MASTER_TLS_FINGERPRINT=");
    expect(master.requests).toEqual([]);
  });

  test("ends at once with SIGTERM during a pause, whose end is shown", async ({ master, env, startExporter }) => {
    await master.goOffline();
    const process = await startExporter({ ...env, ...forever });
    await process.said(/Retry 1\/10 after 300 seconds/);
    expect((await samplesOf(process)).join()).toMatch(/nv_fed_join_next_retry_timestamp_seconds 1\d{9}/);
    expect(await process.stop()).toBe(0);
    expect(process.output()).toContain("Federation join stopped\n");
  });
});

describe("the state folder of a process", () => {
  test("after SIGKILL and a lost answer prevents a second member", async ({ master, env, startExporter }) => {
    master.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "reset-after-effect" });
    const first = await startExporter({ ...env, ...forever });
    await first.said(/Retry 1\/10 after 300 seconds/);
    await first.stop("SIGKILL");
    const second = await startExporter(env);
    await second.said(joined);
    expect(second.output()).toContain(`Already a member as ${at(memberNames(master), 0)}\n`);
    expect(second.output()).not.toContain("not made by this exporter");
    expect([memberNames(master).length, requestsOf(master, "POST", "/v1/fed/join").length]).toEqual([1, 1]);
  });
});

describe("secrets of a join", () => {
  const federationOptions = { password, masterOptions: { users: [joiner], acceptDirectJoin: "withSession" } } as const;
  test.override("federationOptions", { ...federationOptions, timings: quickTimings });

  test.for(["text", "json"])(
    "R15: are never shown, whatever happens, at level debug in %s",
    async (format, { master, site, env, folder, startExporter }) => {
      master.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "status", status: 503 });
      const process = await startExporter({
        ...env,
        ...{ JOIN_MODE: "watch", JOIN_REJOIN_AFTER_KICK: "true", JOIN_REJOIN_MIN_INTERVAL_SECONDS: "0.01" },
        ...{ JOIN_USERNAME: joiner.username, JOIN_PASSWORD: joiner.password, LOG_LEVEL: "debug", LOG_FORMAT: format },
        EXPORTER_STATE_DIR: await mkdtemp(join(folder, "state-")),
      });
      await process.said(joined);
      await master.kick(at(memberNames(master), 0));
      await process.said(restored);
      await site.goOffline();
      await process.said(/The membership cannot be read/);
      const shown = [await process.scrape(), await (await fetch(process.url)).text()];
      expect(await process.stop()).toBe(0);
      const token = env.JOIN_TOKEN;
      const ticket = /"t":"([^"]+)"/.exec(Buffer.from(token, "base64").toString())?.[1] ?? token;
      for (const secret of [password, joiner.password, token, ticket]) {
        expect([process.output(), ...shown].join("\n")).not.toContain(secret);
      }
      expect(requestsOf(site, "POST", "/v1/auth").length).toBeGreaterThan(0);
    },
  );
});
