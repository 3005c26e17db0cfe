import { expect, test } from "vitest";
import { membershipConfig, type MembershipOptions, quietFlags } from "@fedjoin/testbed";
import { federationOfFile, projectOfFile, refused, refusedUp, storedFedJoins, up } from "../support/deployments";
import { runFedjoin } from "../support/fedjoinProcess";
import { memberNames, at, joinedStoreIds } from "../support/federation";

const [first, second] = ["u2204a", "u2205b"];
const renamed = { name: `${first}-abc123` };
const defaults = { protect: true };

const project = projectOfFile();
/** The master looks after its members only when it is told to. */
const federation = federationOfFile({ sites: 2, timings: { cleanupMs: 50, probePauseMs: 10 } });

const configure = (options: MembershipOptions) => project.configure(membershipConfig(federation, options));
const storeIdsJoined = () => joinedStoreIds(federation.master);
const storedIds = async () =>
  (await storedFedJoins(project.backendDir, "fedjoin", "demo")).map(({ outputs }) => outputs?.["storeId"]);

// One story: each test goes on where the one before ended.
test("protect: true: a member that goes from the configuration stays joined, also at destroy", async () => {
  await configure({ defaults });
  await up(project);
  await configure({ defaults, members: { [first]: undefined } });
  const protectedJoin = /FedJoin::u2204a" cannot be deleted\s+because it is protected/;
  expect(await refusedUp(project)).toMatch(protectedJoin);
  expect(await refused(project, "destroy", ...quietFlags)).toMatch(protectedJoin);
  expect(storeIdsJoined()).toEqual([first, second]);
});

test("protect: true: a change that would replace it is refused, and fedjoin rollout says what to do", async () => {
  const before = memberNames(federation.master);
  await configure({ defaults, members: { [first]: renamed } });
  expect(await refusedUp(project)).toContain("currently marked for protection");
  const rollout = () => {
    const options = ["--stack", "demo", "--wave", "5", "--max-failures", "0", "--cwd", project.dir];
    return runFedjoin(["rollout", ...options], { env: project.env });
  };
  const { code, stderr } = await rollout();
  expect(code).toBe(1);
  expect(stderr).toContain("protected: u2204a. Declare protect: false beside the change");
  expect(memberNames(federation.master)).toEqual(before);
  await configure({ defaults, members: { [first]: { ...renamed, protect: false } } });
  expect(await rollout()).toMatchObject({ code: 0 });
  expect(memberNames(federation.master)).toContain(renamed.name);
  expect(storeIdsJoined()).toEqual([first, second]);
});

test("protect: false, once declared, lets it leave", async () => {
  await configure({ defaults, members: { [first]: undefined } });
  await up(project);
  expect([storeIdsJoined(), await storedIds()]).toEqual([[second], [second]]);
});

test("retainOnDelete: true, left in place, makes a replacement fail: the site never left", async () => {
  await configure({ members: { [first]: { retainOnDelete: true } } });
  await up(project);
  const before = memberNames(federation.master);
  await configure({ members: { [first]: { retainOnDelete: true, ...renamed } } });
  expect(await refusedUp(project)).toContain("#membership_differs");
  expect(memberNames(federation.master)).toEqual(before);
});

test("retainOnDelete: true: a site that is gone is forgotten without a call, and fedjoin prune finds the entry that it leaves behind", async () => {
  const { master } = federation;
  const site = at(federation.sites, 0);
  await site.goOffline();
  const asked = master.requests.length;
  await configure({ members: { [first]: undefined } });
  await up(project);
  expect([storeIdsJoined(), await storedIds()]).toEqual([[first, second], [second]]);
  expect(master.requests.slice(asked).filter(({ path }) => path === "/v1/auth")).toEqual([]);

  const { admin, rest, fingerprint256: fingerprint } = master;
  const controller = { ...site.rest, credentials: admin };
  const settings = {
    master: { rest, credentials: admin, tls: { fingerprint } },
    members: [{ storeId: first, controller, jointRest: site.rest, retry: { maxRetries: 0 } }],
  };
  const statusOf = () => master.members().find(({ name }) => name.startsWith(first))?.status;
  await expect.poll(async () => master.pingNow().then(statusOf)).toBe("disconnected");
  const unproven = /unproven \(deleted only with --site-is-gone\):\s+(\S+)\s+u2204a-/;
  const { stdout } = await runFedjoin(["prune", "--file", "-"], { settings });
  expect(stdout).toMatch(unproven);
  const id = unproven.exec(stdout)?.[1] ?? "";
  const pruned = await runFedjoin(["prune", "--file", "-", "--apply", "--id", id, "--site-is-gone"], { settings });
  expect(pruned.stdout).toContain("1 of 1 entry deleted.");
  expect(storeIdsJoined()).toEqual([second]);
});
