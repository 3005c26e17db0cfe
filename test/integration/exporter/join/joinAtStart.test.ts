import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect } from "vitest";
import { test } from "../../../support/fixtures";
import {
  type FederationOptions,
  type SimulatedController,
  type SimulatedFederation,
  startFederation,
} from "@fedjoin/simulator";
import { joinEnvironment } from "../../../support/joinEnvironment";

const timings = { cleanupMs: 20, probePauseMs: 5, intervalMinuteMs: 200 };
const password = "Canary-pass-7c1e";

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Scene {
  readonly master: SimulatedController;
  readonly site: SimulatedController;
  /** What the exporter of the site is told; joins by the master with a given token. */
  readonly env: Readonly<Record<string, string>>;
}

async function scene(options: FederationOptions = {}): Promise<Scene> {
  const federation: SimulatedFederation = await startFederation({
    timings,
    password,
    acceptDirectJoin: true,
    ...options,
  });
  closers.push(() => federation.close());
  const { master, sites, ca = "" } = federation;
  const [site] = sites;
  if (site === undefined) throw new Error("no site");
  const folder = mkdtempSync(join(tmpdir(), "exporter-join-"));
  closers.push(() => rm(folder, { recursive: true }));
  const caFile = join(folder, "ca.pem");
  writeFileSync(caFile, ca);
  return { master, site, env: joinEnvironment({ master, site, password, caFile }) };
}

const joined = /Federation join completed successfully!/;
const failed = /Federation join failed; metrics are not affected/;

const sent = (to: SimulatedController, method: string, path: string) =>
  to.requests.filter((entry) => entry.method === method && entry.path === path);

/** Serves the token as `JOIN_TOKEN_URL` does, and counts. */
async function serveToken(token: () => string): Promise<{ readonly url: string; count(): number }> {
  let count = 0;
  const server = createServer((_request, response) => {
    count++;
    response.end(JSON.stringify({ context: token() }));
  });
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const at = server.address();
  const port = typeof at === "object" && at !== null ? at.port : 0;
  return { url: `http://user:canary-url@127.0.0.1:${port}/join_token?key=canary-query`, count: () => count };
}

describe("R1: the join at start", () => {
  test("R1 R5 R6 R9 R10: joins through the master while metrics are served, and logs out", async ({
    startExporter,
  }) => {
    const { master, site, env } = await scene();
    const process = await startExporter(env);
    await process.said(joined);
    const [member] = master.members();
    expect(member?.name).toMatch(/^u2204a-[A-Za-z0-9]{6}$/);
    expect(site.role).toBe("joint");
    expect(process.output()).toContain(`Cluster name: ${member?.name ?? ""}\n`);
    expect(process.output()).toContain("Join request successful: 200\n");

    const text = await process.scrape();
    expect(text).toContain('nv_fed_worker{status="joint",master="primary"} 1\n');
    expect(text).toContain('nv_fed_join_state{state="joined"} 1\n');
    expect(text).toContain('nv_fed_join_requests_total{result="accepted"} 1\n');
    expect(await process.stop()).toBe(0);
    expect(sent(site, "POST", "/v1/auth")).toHaveLength(1);
    expect(sent(site, "DELETE", "/v1/auth")).toHaveLength(1);
    expect(sent(master, "POST", "/v1/auth")).toHaveLength(0);
    for (const secret of [password, env["JOIN_TOKEN"] ?? ""]) expect(process.output()).not.toContain(secret);
  });

  test("R9: a restart finds the membership again and does not join twice", async ({ startExporter }) => {
    const { master, env } = await scene();
    const first = await startExporter(env);
    await first.said(joined);
    await first.stop();
    const second = await startExporter(env);
    await second.said(joined);
    expect(second.output()).toContain(`Already a member as ${master.members()[0]?.name ?? ""}`);
    expect(master.members()).toHaveLength(1);
    expect(sent(master, "POST", "/v1/fed/join")).toHaveLength(1);
  });

  test("R3: the token comes from a URL, whose credentials and query are never shown", async ({ startExporter }) => {
    const { master, env } = await scene();
    const tokens = await serveToken(() => master.joinToken());
    const process = await startExporter({
      ...env,
      JOIN_TOKEN: "",
      JOIN_TOKEN_URL: tokens.url,
      JOIN_TOKEN_URL_ALLOW_HTTP: "true",
    });
    await process.said(joined);
    expect(process.output()).toContain(`Fetching join token from URL: http://${new URL(tokens.url).host}/join_token\n`);
    expect(process.output()).toContain("Successfully fetched join token from URL\n");
    expect(process.output()).not.toContain("canary");
    expect(tokens.count()).toBe(1);
  });

  test("R7: a master that wants a login gets the controller's account, over verified TLS", async ({
    startExporter,
  }) => {
    const { master, env } = await scene({ acceptDirectJoin: "withSession" });
    const process = await startExporter(env);
    await process.said(joined);
    expect(sent(master, "POST", "/v1/auth")).toHaveLength(1);
    expect(process.output()).toContain("requires a login: using CTRL_USERNAME");
    await process.stop();
    expect(sent(master, "DELETE", "/v1/auth")).toHaveLength(1);
  });

  test("R7: a login that the master refuses is not tried again", async ({ startExporter }) => {
    const { master, env } = await scene({ acceptDirectJoin: "withSession" });
    const process = await startExporter({ ...env, JOIN_USERNAME: "nobody", JOIN_PASSWORD: "canary-join" });
    await process.said(failed);
    expect(process.output()).toContain("Authentication failed\n");
    expect(process.output()).not.toContain("canary-join");
    expect(sent(master, "POST", "/v1/auth")).toHaveLength(1);
  });

  test("R7 R8: an answer lost on the way is settled without a second member", async ({ startExporter }) => {
    const { master, env } = await scene();
    master.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "reset-after-effect" });
    const process = await startExporter(env);
    await process.said(joined);
    expect(process.output()).toContain("Retry 1/10 after 0.05 seconds...\n");
    expect(master.members()).toHaveLength(1);
    expect(sent(master, "POST", "/v1/fed/join")).toHaveLength(1);
  });

  test("R7: a stock master is met with the name of the other route, which works", async ({ startExporter }) => {
    const { master, site, env } = await scene({ acceptDirectJoin: false });
    const direct = await startExporter(env);
    await direct.said(failed);
    expect(direct.output()).toContain("Non-retryable error: 400 - Bad Request");
    expect(direct.output()).toContain("JOIN_VIA=controller");
    const through = await startExporter({ ...env, JOIN_VIA: "controller" });
    await through.said(joined);
    expect(master.members()).toHaveLength(1);
    expect(site.role).toBe("joint");
  });
});

describe("R9: a join that fails", () => {
  test("R9: an absent master leaves the metrics alone, and the retries end", async ({ startExporter }) => {
    const { master, env } = await scene();
    await master.goOffline();
    const process = await startExporter({ ...env, MAX_JOIN_RETRIES: "2" });
    await process.said(failed);
    expect(process.output()).toContain("Retry 2/2 after 0.1 seconds...\n");
    const text = await process.scrape();
    expect(text).toContain("\nnv_up 1\n");
    expect(text).toContain('nv_fed_join_state{state="failed"} 1\n');
    expect(text).toContain('nv_fed_join_requests_total{result="failed"} 3\n');
  });

  test("R2: a wrong configuration is skipped and the exporter goes on", async ({ startExporter }) => {
    const { master, env } = await scene();
    const process = await startExporter({ ...env, PAAS_STORE_ID: "" });
    await process.said(/Skipping federation join/);
    expect(process.output()).toContain("Configuration validation failed: PAAS_STORE_ID is required\n");
    expect(await process.scrape()).toContain('nv_fed_join_state{state="invalid"} 1\n');
    expect(master.members()).toEqual([]);
  });

  test("R15: a master whose certificate is unknown gets nothing, and the line that pins it is said", async ({
    startExporter,
  }) => {
    const { master, env } = await scene();
    const process = await startExporter({ ...env, MASTER_CA_FILE: "" });
    await process.said(failed);
    expect(process.output()).toContain("MASTER_TLS_FINGERPRINT=");
    expect(master.requests).toEqual([]);
    expect(await process.scrape()).toContain("\nnv_up 1\n");
  });

  test("SIGTERM during a pause between retries ends at once, with 0", async ({ startExporter }) => {
    const { master, env } = await scene();
    await master.goOffline();
    const process = await startExporter({ ...env, JOIN_INITIAL_DELAY_SECONDS: "300", JOIN_MAX_DELAY_SECONDS: "300" });
    await process.said(/Retry 1\/10 after 300 seconds/);
    expect(await process.stop()).toBe(0);
    expect(process.output()).toContain("Federation join stopped\n");
  });
});
