import { describe, expect, test } from "vitest";
import { memberNames, requestsOf } from "../../../support/federation";
import {
  exporter,
  temporaryFolder,
  joined,
  joinPassword,
  joinSamples,
  waitForChecks,
  messages,
  password,
  setUpWatch,
  stateOf,
} from "../../../support/watchSetup";

describe("the process", () => {
  test("R9: serves from the first second while the master is down, and joins when it is back", async () => {
    const { master, env } = await setUpWatch();
    await master.goOffline();
    const process = await exporter({ ...env, MAX_JOIN_RETRIES: "1000" });
    expect(await process.scrape()).toContain("\nnv_up 1\n");
    await process.said(/Retry 2\/1000/);
    const samples = await joinSamples(process);
    expect(await stateOf(process)).toBe("joining");
    expect(samples.get('nv_fed_join_last_error{kind="network"}')).toBe(1);
    expect(samples.has("nv_fed_join_last_success_timestamp_seconds")).toBe(false);
    await master.goOnline();
    await process.said(joined);
    const after = await joinSamples(process);
    expect([...after.keys()].some((name) => name.startsWith("nv_fed_join_last_error"))).toBe(false);
    expect(after.has("nv_fed_join_next_retry_timestamp_seconds")).toBe(false);
    expect(after.get("nv_fed_join_last_success_timestamp_seconds")).toBeGreaterThan(1_600_000_000);
    expect(after.get('nv_fed_join_requests_total{result="failed"}')).toBeGreaterThanOrEqual(2);
    expect(after.get('nv_fed_join_requests_total{result="accepted"}')).toBe(1);
    expect(after.get("nv_fed_join_rejoins_total")).toBe(0);
  });

  test("shows when the next attempt is due", async () => {
    const { master, env } = await setUpWatch();
    await master.goOffline();
    const process = await exporter({ ...env, JOIN_INITIAL_DELAY_SECONDS: "300", JOIN_MAX_DELAY_SECONDS: "300" });
    const before = Date.now() / 1000;
    await process.said(/Retry 1\/10 after 300 seconds\.\.\./);
    const due = (await joinSamples(process)).get("nv_fed_join_next_retry_timestamp_seconds") ?? 0;
    expect(due).toBeGreaterThan(before + 200);
  });

  test("JOIN_MODE=off joins nothing", async () => {
    const { master, site, env } = await setUpWatch();
    const process = await exporter({ ...env, JOIN_MODE: "off", EXPORTER_METRICS: "summary" });
    expect(await stateOf(process)).toBe("off");
    expect(messages(process)).toEqual([expect.stringMatching(/^Listening on /)]);
    expect(master.requests).toEqual([]);
    expect(requestsOf(site, "GET", "/v1/fed/member")).toEqual([]);
  });

  test("R10: the log of a join, of its loss and of its restoration, word for word", async () => {
    const { master, site, env } = await setUpWatch();
    const process = await exporter(env);
    await process.said(joined);
    const [name = ""] = memberNames(master);
    const token = await site.logIn();
    await site.request("POST", "/v1/fed/leave", { token, body: {} });
    await process.said(/Restoring[^]*Federation join completed successfully!\n.*={60}\n/);
    await waitForChecks(site);
    expect(await process.stop()).toBe(0);
    const banner = "=".repeat(60);
    const opening = [
      `Cluster name: ${name}`,
      `Master cluster address: ${master.rest.server}:${master.rest.port}`,
      `Joint REST info: ${site.rest.server}:${site.rest.port}`,
    ];
    const sent = [
      `Sending join request to https://${master.rest.server}:${master.rest.port}/v1/fed/join`,
      "Join request successful: 200",
      banner,
      "Federation join completed successfully!",
      banner,
    ];
    const said = messages(process).filter(
      (line) => !/^(Listening|SIGTERM|A member as|.*cleanup|Join request failed: 400|Retry|.*HTTP 400)/.test(line),
    );
    const first = said.indexOf(banner);
    expect(said.slice(first, first + 11)).toEqual([
      banner,
      "Starting federation join process...",
      banner,
      ...opening,
      ...sent,
    ]);
    const second = said.indexOf("Restoring the federation membership...");
    expect(said.slice(second - 1, second + 5)).toEqual([
      banner,
      "Restoring the federation membership...",
      banner,
      ...opening,
    ]);
    expect(said.slice(-5)).toEqual(sent);
  });

  test("R15: shows no secret, whatever happens, at the least log level", async () => {
    const { master, site, env } = await setUpWatch({ acceptDirectJoin: "withSession" });
    const token = env["JOIN_TOKEN"] ?? "";
    const ticket = /"t":"([^"]+)"/.exec(Buffer.from(token, "base64").toString())?.[1] ?? token;
    const secrets = [password, joinPassword, token, ticket];
    for (const format of ["text", "json"]) {
      master.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "status", status: 503 });
      const process = await exporter({
        ...env,
        EXPORTER_STATE_DIR: await temporaryFolder(),
        JOIN_USERNAME: "joiner",
        JOIN_PASSWORD: joinPassword,
        JOIN_REJOIN_AFTER_KICK: "true",
        JOIN_REJOIN_MIN_INTERVAL_SECONDS: "0.01",
        LOG_LEVEL: "debug",
        LOG_FORMAT: format,
      });
      await process.said(joined);
      await master.kick(memberNames(master)[0] ?? "");
      await process.said(/Restoring[^]*Federation join completed successfully!/);
      await site.goOffline();
      await process.said(/The membership cannot be read/);
      const shown = [await process.scrape(), await (await fetch(process.url)).text()];
      await site.goOnline();
      expect(await process.stop()).toBe(0);
      for (const text of [process.output(), ...shown]) for (const secret of secrets) expect(text).not.toContain(secret);
      await master.kick(memberNames(master)[0] ?? "");
    }
    expect(requestsOf(site, "POST", "/v1/auth").length).toBeGreaterThan(0);
  });

  test("joins with the account for joining only, and scrapes and watches with the other", async () => {
    const { master, site, env } = await setUpWatch({ acceptDirectJoin: "withSession" });
    const process = await exporter({ ...env, JOIN_USERNAME: "joiner", JOIN_PASSWORD: joinPassword });
    await process.said(joined);
    await waitForChecks(site);
    await process.scrape();
    expect(await process.stop()).toBe(0);
    expect(requestsOf(master, "POST", "/v1/auth")).toHaveLength(1);
    expect(requestsOf(master, "DELETE", "/v1/auth")).toHaveLength(1);
    expect(requestsOf(site, "POST", "/v1/auth")).toHaveLength(1);
    expect(process.output()).not.toContain("requires a login");
  });
});
