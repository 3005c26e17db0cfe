import { describe, expect, test, vi } from "vitest";
import { memberNames } from "../../../support/federation";
import {
  exporter,
  temporaryFolder,
  joined,
  joins,
  joinSamples,
  waitForChecks,
  setUpWatch,
  stateOf,
} from "../../../support/watchSetup";

describe("a restart", () => {
  test.each(["kept", "lost"])("finds its own membership again, with its files %s", async (files) => {
    const { master, site, env } = await setUpWatch();
    const first = await exporter(env);
    await first.said(joined);
    const [name = ""] = memberNames(master);
    await first.stop();
    const second = await exporter(files === "kept" ? env : { ...env, EXPORTER_STATE_DIR: await temporaryFolder() });
    await second.said(new RegExp(`${files === "kept" ? "A" : "Already a"} member as ${name}\\n`));
    await waitForChecks(site);
    expect(second.output()).not.toContain("not made by this exporter");
    expect(memberNames(master)).toEqual([name]);
    expect(joins(master)).toBe(1);
    expect(await stateOf(second)).toBe("joined");
  });

  test.each(["kept", "lost"])(
    "after SIGKILL and a lost answer makes no second member, with its files %s",
    async (files) => {
      const { master, env } = await setUpWatch();
      master.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "reset-after-effect" });
      const first = await exporter({ ...env, JOIN_INITIAL_DELAY_SECONDS: "300", JOIN_MAX_DELAY_SECONDS: "300" });
      await first.said(/Retry 1\/10 after 300 seconds\.\.\./);
      await first.stop("SIGKILL");
      const second = await exporter(files === "kept" ? env : { ...env, EXPORTER_STATE_DIR: await temporaryFolder() });
      await second.said(joined);
      expect(memberNames(master)).toHaveLength(1);
      expect(second.output()).toContain(`Already a member as ${memberNames(master)[0] ?? ""}\n`);
      expect(second.output()).not.toContain("not made by this exporter");
      expect(joins(master)).toBe(1);
    },
  );

  test("after SIGKILL while the answer is on its way makes no second member", async () => {
    const { master, env } = await setUpWatch();
    master.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "delay", ms: 40_000, when: "after" });
    const first = await exporter(env);
    await vi.waitUntil(() => memberNames(master).length === 1, { timeout: 30_000 });
    await first.stop("SIGKILL");
    const second = await exporter(env);
    await second.said(joined);
    expect(memberNames(master)).toHaveLength(1);
    expect(joins(master)).toBe(1);
  });
});

describe("two exporters for one site", () => {
  test.each(["once", "watch"])(
    "the one that wants something else stops, the other goes on (JOIN_MODE=%s)",
    async (mode) => {
      const { master, site, env } = await setUpWatch();
      const owner = await exporter(env);
      await owner.said(joined);
      const [name = ""] = memberNames(master);
      const other = await exporter({
        ...env,
        JOIN_MODE: mode,
        JOIN_CLUSTER_NAME: "u2204a-fixed",
        EXPORTER_STATE_DIR: await temporaryFolder(),
      });
      await other.said(/Two owners of one site/);
      expect(other.output()).toContain(
        `Two owners of one site: the site is a member as ${name} at ${site.rest.server}:${site.rest.port}, but should be u2204a-fixed at ${site.rest.server}:${site.rest.port}.`,
      );
      await other.said(/Federation join failed; metrics are not affected/);
      await waitForChecks(site);
      expect(await stateOf(other)).toBe("conflict");
      expect((await joinSamples(other)).get('nv_fed_join_last_error{kind="membership_differs"}')).toBe(1);
      expect(await other.scrape()).toContain("\nnv_up 1\n");
      expect(await stateOf(owner)).toBe("joined");
      expect(memberNames(master)).toEqual([name]);
      expect(joins(master)).toBe(1);
      expect(await other.stop()).toBe(0);
    },
  );

  test("two that want the same share the membership", async () => {
    const { master, site, env } = await setUpWatch();
    const both = await Promise.all([exporter(env), exporter({ ...env, EXPORTER_STATE_DIR: await temporaryFolder() })]);
    await Promise.all(both.map((each) => each.said(joined)));
    await waitForChecks(site);
    expect(memberNames(master)).toHaveLength(1);
    expect(await Promise.all(both.map(stateOf))).toEqual(["joined", "joined"]);
  });
});
