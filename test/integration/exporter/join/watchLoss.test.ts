import { describe, expect, test } from "vitest";
import type { SimulatedController } from "@fedjoin/simulator";
import { memberNames } from "../../../support/federation";
import {
  exporter,
  joined,
  joinPassword,
  joins,
  joinSamples,
  waitForChecks,
  messages,
  setUpWatch,
  stateOf,
} from "../../../support/watchSetup";

describe("a kick", () => {
  test.each([true, false])("keeps the exporter away, also after a restart (the site hears of it: %s)", async (tell) => {
    const { master, site, env } = await setUpWatch();
    const first = await exporter(env);
    await first.said(joined);
    const [name = ""] = memberNames(master);
    await master.kick(name, { tell });
    await first.said(/The master removed/);
    expect(messages(first)).toContain(
      `The master removed ${name}: ask the master's admin; JOIN_REJOIN_AFTER_KICK=true lets it join again`,
    );
    expect(await stateOf(first)).toBe("kicked");
    await first.stop();
    const second = await exporter(env);
    await second.said(/The master removed/);
    await waitForChecks(site);
    expect(await stateOf(second)).toBe("kicked");
    await second.stop();
    const once = await exporter({ ...env, JOIN_MODE: "once" });
    await once.said(/Federation join failed; metrics are not affected/);
    expect(await stateOf(once)).toBe("kicked");
    expect(memberNames(master)).toEqual([]);
    expect(joins(master)).toBe(1);
    expect(await once.scrape()).toContain("\nnv_up 1\n");
  });

  test.each([true, false])(
    "is undone with JOIN_REJOIN_AFTER_KICK, under the same name (the site hears of it: %s)",
    async (tell) => {
      const { master, env } = await setUpWatch();
      const process = await exporter({ ...env, JOIN_REJOIN_AFTER_KICK: "true" });
      await process.said(joined);
      const names = memberNames(master);
      await master.kick(names[0] ?? "", { tell });
      await process.said(/Restoring the federation membership\.\.\.[^]*Federation join completed successfully!/);
      expect(memberNames(master)).toEqual(names);
      const samples = await joinSamples(process);
      expect(samples.get("nv_fed_join_rejoins_total")).toBe(1);
      expect(samples.get('nv_fed_join_requests_total{result="accepted"}')).toBe(2);
    },
  );

  test("comes to its end by a restart with JOIN_REJOIN_AFTER_KICK", async () => {
    const { master, env } = await setUpWatch();
    const first = await exporter(env);
    await first.said(joined);
    const names = memberNames(master);
    await master.kick(names[0] ?? "");
    await first.said(/The master removed/);
    await first.stop();
    const second = await exporter({ ...env, JOIN_REJOIN_AFTER_KICK: "true" });
    await second.said(joined);
    expect(memberNames(master)).toEqual(names);
    expect(await stateOf(second)).toBe("joined");
  });

  test("shows as unclear where the account may not read the events", async () => {
    const { master, site, env } = await setUpWatch();
    const process = await exporter(env);
    await process.said(joined);
    site.faults.add({
      match: { method: "GET", path: "/v1/log/event" },
      what: "status",
      status: 403,
      code: 25,
      times: 1_000_000,
    });
    await master.kick(memberNames(master)[0] ?? "");
    await process.said(/it is not known whether it left or the master removed it/);
    await waitForChecks(site);
    expect(await stateOf(process)).toBe("unclear");
    expect(joins(master)).toBe(1);
  });
});

describe("a lost membership", () => {
  test("is made again once, and not a second time within 24 hours", async () => {
    const { master, site, reinstall, env } = await setUpWatch();
    const process = await exporter(env);
    await process.said(joined);
    const [name = ""] = memberNames(master);
    const leave = async (controller: SimulatedController): Promise<void> => {
      const token = await controller.logIn();
      await controller.request("POST", "/v1/fed/leave", { token, body: {} });
    };
    await leave(site);
    await process.said(/Restoring[^]*Federation join completed successfully!/);
    expect(memberNames(master)).toEqual([name]);
    expect(await stateOf(process)).toBe("joined");
    const again = await reinstall();
    await process.said(/no join before .* \(JOIN_REJOIN_MIN_INTERVAL_SECONDS\)/);
    await waitForChecks(again);
    expect(await stateOf(process)).toBe("lost");
    const samples = await joinSamples(process);
    expect(samples.get("nv_fed_join_next_retry_timestamp_seconds")).toBeGreaterThan(
      samples.get("nv_fed_join_last_success_timestamp_seconds") ?? Infinity,
    );
    expect(joins(master)).toBe(2);
  });

  test("of a controller that was reinstalled is made again, beside the entry that nobody may remove", async () => {
    const { master, reinstall, env } = await setUpWatch();
    const process = await exporter(env);
    await process.said(joined);
    const [name = ""] = memberNames(master);
    const site = await reinstall();
    await process.said(/Restoring[^]*Federation join completed successfully!/);
    expect(site.role).toBe("joint");
    expect(site.clusterName).not.toBe(name);
    expect(memberNames(master).toSorted()).toEqual([name, site.clusterName].toSorted());
    expect(await stateOf(process)).toBe("joined");
  });

  test("of a controller that was reinstalled is made again under its name by a fedAdmin of the master", async () => {
    const { master, reinstall, env } = await setUpWatch({}, "fedAdmin");
    const process = await exporter({ ...env, JOIN_USERNAME: "joiner", JOIN_PASSWORD: joinPassword });
    await process.said(joined);
    const names = memberNames(master);
    const site = await reinstall();
    await process.said(/Restoring[^]*Federation join completed successfully!/);
    expect(process.output()).toContain(`Removing the stale entry ${names[0] ?? ""}`);
    expect(memberNames(master)).toEqual(names);
    expect(site.clusterName).toBe(names[0]);
  });

  test("of a controller that was reinstalled is made again under another name by an account that may not remove", async () => {
    const { master, reinstall, env } = await setUpWatch();
    const process = await exporter({ ...env, JOIN_USERNAME: "joiner", JOIN_PASSWORD: joinPassword });
    await process.said(joined);
    const [name = ""] = memberNames(master);
    const site = await reinstall();
    await process.said(/Restoring[^]*Federation join completed successfully!/);
    expect(process.output()).toContain(`The stale entry ${name} stays`);
    expect(process.output()).toContain(`The name is taken; joining as ${site.clusterName}\n`);
    expect(memberNames(master).toSorted()).toEqual([name, site.clusterName].toSorted());
  });
});
