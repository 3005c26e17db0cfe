import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { clusterNameFromUid } from "../../provider/src/federation/clusterName";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import {
  encodingsOf,
  findLeaks,
  quickRetry,
  repositoryRoot,
  runCommand,
  scrape,
  sharedCaConfig,
  storedResources,
} from "@fedjoin/testbed";
import { destroy, podUrl, storedFedJoins, testbedOfFile, up } from "../support/deployments";
import { at, memberNames, membershipChanges } from "../support/federation";

const drawPassword = () => `Aa1${randomBytes(9).toString("base64url")}`;
const password = drawPassword();
/** Accounts of each site that an exporter may scrape with. */
const reader = { username: "metrics", password: drawPassword(), role: "reader" } as const;
const nextReader = { username: "metrics-2", password: drawPassword(), role: "reader" } as const;
const admin = { username: "admin", password, role: "admin" } as const;

const testbed = testbedOfFile("extras", {
  ...{ sites: 2, selfSigned: false, password },
  siteOptions: { users: [admin, reader, nextReader] },
});
const passwordFile = () => join(testbed.project.dir, "master-password");
let joinToken: string;

/** Two sites whose certificates are of one CA: `owned` has a FedJoin, `joining` an exporter that joins by itself. */
async function configure(account: typeof reader | typeof nextReader): Promise<void> {
  const shared = sharedCaConfig(testbed);
  const [owned, joining] = shared.places;
  const credentials = { ...shared.master.credentials, passwordFrom: { file: passwordFile() } };
  const exporter = { credentials: { username: account.username } };
  const config = {
    "fedjoin:master": { ...shared.master, credentials },
    "fedjoin:defaults": { ...shared.defaults, retry: quickRetry, clusterUid: "auto" },
    "fedjoin:members": [
      { storeId: "owned", namespace: "extras-owned", ...owned, nameSuffix: "uid", exporter },
      { storeId: "joining", namespace: "extras-joining", ...joining, joinedBy: "exporter" },
    ],
  };
  const secrets = new Map([
    ["fedjoin:master.joinToken", joinToken],
    ["fedjoin:defaults.controller.credentials.password", password],
    ["fedjoin:members[0].exporter.credentials.password", account.password],
  ]);
  await testbed.project.configure({ plain: { config }, secrets });
}

const fedJoin = async () => at(await storedFedJoins(testbed.project.backendDir, "fedjoin", "demo"), 0);
const podOf = (site: string) =>
  at(
    testbed.pods.pods().filter(({ namespace }) => namespace === `extras-${site}`),
    0,
  );
const joinsAndLeaves = () => membershipChanges(testbed.federation.sites).length;

function joinsCommand(stack: string) {
  const print = [join(repositoryRoot, "stacks/dist/joins/main.js"), "--stack", stack, "--cwd", testbed.project.dir];
  return runCommand("node", print, { env: testbed.project.env });
}

// One story: each test goes on where the one before ended.
describe("the stack's other ways", () => {
  test("clusterUid: auto lands in the FedJoin's state, where a second up finds it unchanged, and nameSuffix: uid names the cluster after it", async () => {
    await writeFile(passwordFile(), `${password}\n`, { mode: 0o600 });
    joinToken = testbed.federation.master.joinToken();
    await configure(reader);
    await up(testbed.project);
    const schema = z.object({ metadata: z.object({ uid: z.string() }) });
    const { metadata } = await testbed.controlPlane.client.get("/api/v1/namespaces/kube-system", schema);
    expect(await fedJoin()).toMatchObject({
      id: clusterNameFromUid("owned", metadata.uid),
      inputs: { clusterUid: metadata.uid },
    });
    await up(testbed.project, "--expect-no-changes");
  });

  test("R11: an exporter trusts the CA that is mounted from a ConfigMap, and scrapes", async () => {
    for (const site of ["owned", "joining"]) expect(await scrape(podUrl(podOf(site)))).toContain("nv_up 1");
  });

  test("R1: with joinedBy: exporter the exporter's process joins by itself, with the token of the stack", async () => {
    await expect
      .poll(() => memberNames(testbed.federation.master).toSorted(), { timeout: 30_000 })
      .toEqual([expect.stringMatching(/^joining-/), (await fedJoin()).id]);
    expect(testbed.federation.sites.map(({ role }) => role)).toEqual(["joint", "joint"]);
  });

  test("a changed exporter credential rolls the Deployment and leaves the FedJoin alone", async () => {
    const [before, membership, sent] = [podOf("owned"), await fedJoin(), joinsAndLeaves()];
    await configure(nextReader);
    await up(testbed.project);
    await expect.poll(() => podOf("owned").name).not.toBe(before.name);
    expect(await scrape(podUrl(podOf("owned")))).toContain("nv_up 1");
    const { clusterId } = membership.outputs ?? {};
    expect(await fedJoin()).toMatchObject({ id: membership.id, outputs: { clusterId, status: "joined" } });
    expect(joinsAndLeaves()).toBe(sent);
  });

  test("R15: the password that is only referred to is in no state", async () => {
    expect((await fedJoin()).inputs).toMatchObject({
      master: { credentials: { username: "admin", passwordFrom: { file: passwordFile() } } },
      controller: { credentials: { username: "admin" } },
    });
    expect(await findLeaks(testbed.project.backendDir, new Map([["password", password]]))).toEqual([]);
  });

  test("the FedJoins of the stack go through a pipe into `fedjoin plan`, which finds nothing to do", async () => {
    const joins = await joinsCommand("demo");
    expect({ ...joins, stdout: "" }).toEqual({
      code: 0,
      stdout: "",
      stderr: [
        "left out, since no FedJoin owns the membership: joining",
        "without the UID that a deployment reads, and without a name made from it: owned\n",
      ].join("\n"),
    });
    const plan = [join(repositoryRoot, "provider/dist/cli/main.js"), "plan", "--file", "-"];
    const { code, stdout, stderr } = await runCommand("node", plan, { env: testbed.project.env, input: joins.stdout });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("1 member: 1 to adopt");
    for (const disguise of encodingsOf(password)) expect(joins.stderr + stdout).not.toContain(disguise);
  });

  test("destroy ends the membership of the FedJoin; the one that an exporter joined stays, though the exporter goes", async () => {
    const joined = memberNames(testbed.federation.master).filter((name) => name.startsWith("joining-"));
    await destroy(testbed.project);
    expect(await storedResources(testbed.project.backendDir, "fedjoin", "demo")).toEqual([]);
    expect(testbed.pods.pods()).toEqual([]);
    expect(memberNames(testbed.federation.master)).toEqual(joined);
    expect(testbed.federation.sites.map(({ role }) => role)).toEqual(["", "joint"]);
  });
});
