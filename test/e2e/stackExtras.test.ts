import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { clusterNameFromUid } from "../../provider/src/federation/clusterName";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  encodingsOf,
  findLeaks,
  quietFlags,
  repositoryRoot,
  runCommand,
  scrape,
  sharedCaConfig,
  type StackConfig,
  type Testbed,
} from "@fedjoin/testbed";
import { startSharedTestbed } from "../support/sharedTestbed";

const joinTimeout = { timeout: 30_000 };

const drawPassword = () => `Aa1${randomBytes(9).toString("base64url")}`;
const password = drawPassword();
/** Accounts of each site that an exporter may scrape with. */
const reader = { username: "metrics", password: drawPassword(), role: "reader" } as const;
const nextReader = { username: "metrics-2", password: drawPassword(), role: "reader" } as const;

const exported = z.object({
  deployment: z.object({
    resources: z
      .array(z.looseObject({ type: z.string(), id: z.string().optional(), inputs: z.looseObject({}).optional() }))
      .optional(),
  }),
});

let estate: Testbed;
let joinToken: string;

const pulumi = async (...args: string[]) => (await estate.project.pulumi.run(args)).stdout;

const passwordFile = () => join(estate.project.dir, "master-password");

/** Two sites whose certificates are of one CA: `owned` has a FedJoin, `joining` an exporter that joins by itself. */
function configWith(account: typeof reader | typeof nextReader): StackConfig {
  const { master, defaults, places } = sharedCaConfig(estate);
  const [owned, joining] = places;
  const config = {
    "fedjoin:master": { ...master, credentials: { ...master.credentials, passwordFrom: { file: passwordFile() } } },
    "fedjoin:defaults": {
      ...defaults,
      retry: { maxRetries: 5, initialDelaySeconds: 0.5, maxDelaySeconds: 2 },
      clusterUid: "auto",
    },
    "fedjoin:members": [
      {
        ...{ storeId: "owned", namespace: "extras-owned", ...owned, nameSuffix: "uid" },
        exporter: { credentials: { username: account.username } },
      },
      { storeId: "joining", namespace: "extras-joining", ...joining, joinedBy: "exporter" },
    ],
  };
  const secrets = new Map([
    ["fedjoin:master.joinToken", joinToken],
    ["fedjoin:defaults.controller.credentials.password", password],
    ["fedjoin:members[0].exporter.credentials.password", account.password],
  ]);
  return { plain: { config }, secrets };
}

const resources = async () =>
  exported.parse(JSON.parse(await pulumi("stack", "export", "--show-secrets"))).deployment.resources ?? [];

async function only(type: string) {
  const [found, another] = (await resources()).filter((resource) => resource.type === type);
  if (found === undefined || another !== undefined) throw new Error(`expected one ${type}`);
  return found;
}

const fedJoin = () => only("pulumi-nodejs:dynamic/neuvector:FedJoin");

/** Of `kube-system`, from the API server itself. */
const clusterUid = async () => {
  const schema = z.object({ metadata: z.object({ uid: z.string() }) });
  return (await estate.controlPlane.client.get("/api/v1/namespaces/kube-system", schema)).metadata.uid;
};

const memberNames = () =>
  estate.federation.master
    .members()
    .map(({ name }) => name)
    .toSorted();

const joinsAndLeaves = () =>
  estate.federation.sites
    .flatMap(({ requests }) => requests)
    .filter(({ path, listener }) => listener === "rest" && /^\/v1\/fed\/(join|leave)$/.test(path)).length;

function podOf(site: string) {
  const [pod, another] = estate.pods.pods().filter(({ namespace }) => namespace === `extras-${site}`);
  if (pod?.address === undefined || another !== undefined) throw new Error(`expected one running pod of ${site}`);
  return { ...pod, url: `http://${pod.address.host}:${pod.address.port}` };
}

beforeAll(async () => {
  const users = [{ username: "admin", password, role: "admin" } as const, reader, nextReader];
  const timings = { cleanupMs: 200, probePauseMs: 20, intervalMinuteMs: 500 };
  estate = await startSharedTestbed("extras", {
    sites: 2,
    selfSigned: false,
    password,
    timings,
    siteOptions: { users },
  });
  joinToken = estate.federation.master.joinToken();
  await writeFile(passwordFile(), `${password}\n`, { mode: 0o600 });
  await estate.project.configure(configWith(reader));
});

afterAll(() => estate.stop());

// One story: each test goes on where the one before ended.
describe("the stack's other ways", () => {
  test("clusterUid: auto lands in the FedJoin's state, and nameSuffix: uid names the cluster after it", async () => {
    await pulumi("up", ...quietFlags);
    const { id, inputs } = await fedJoin();
    expect(inputs).toMatchObject({ clusterUid: await clusterUid() });
    expect(id).toBe(clusterNameFromUid("owned", await clusterUid()));
  });

  test("R11: an exporter trusts the CA that is mounted from a ConfigMap, and scrapes", async () => {
    for (const site of ["owned", "joining"]) expect(await scrape(podOf(site).url)).toContain("nv_up 1");
  });

  test("R1: with joinedBy: exporter the exporter's process joins by itself, with the token of the stack", async () => {
    await expect.poll(memberNames, joinTimeout).toEqual([expect.stringMatching(/^joining-/), (await fedJoin()).id]);
    expect(estate.federation.sites.map(({ role }) => role)).toEqual(["joint", "joint"]);
  });

  test("a second up shows no change, though it rereads the UID", async () => {
    await pulumi("up", ...quietFlags, "--expect-no-changes");
  });

  test("a changed exporter credential rolls the Deployment and leaves the FedJoin alone", async () => {
    const [before, membership, sent] = [podOf("owned"), await fedJoin(), joinsAndLeaves()];
    await estate.project.configure(configWith(nextReader));
    await pulumi("up", ...quietFlags);
    await expect.poll(() => podOf("owned").name).not.toBe(before.name);
    expect(await scrape(podOf("owned").url)).toContain("nv_up 1");
    expect(await fedJoin()).toEqual(membership);
    expect(joinsAndLeaves()).toBe(sent);
  });

  test("R15: the password that is only referred to is in no state; the FedJoin's user names are plain", async () => {
    const { inputs } = await fedJoin();
    const accounts = z.object({
      master: z.looseObject({ credentials: z.looseObject({}) }),
      controller: z.looseObject({ credentials: z.looseObject({ username: z.string() }) }),
    });
    const { master, controller } = accounts.parse(inputs);
    expect(master.credentials).toEqual({ username: "admin", passwordFrom: { file: passwordFile() } });
    expect(controller.credentials.username).toBe("admin");
    expect(await findLeaks(estate.project.backendDir, new Map([["password", password]]))).toEqual([]);
  });

  test("the FedJoins of the stack go through a pipe into `fedjoin plan`, which finds nothing to do", async () => {
    const { env, dir } = estate.project;
    const print = [join(repositoryRoot, "stacks/dist/joins/main.js"), "--stack", "demo", "--cwd", dir];
    const joins = await runCommand("node", print, { env });
    expect({ ...joins, stdout: "" }).toEqual({
      code: 0,
      stdout: "",
      stderr: [
        "left out, since no FedJoin owns the membership: joining",
        "without the UID that a deployment reads, and without a name made from it: owned\n",
      ].join("\n"),
    });
    const plan = [join(repositoryRoot, "provider/dist/cli/main.js"), "plan", "--file", "-"];
    const { code, stdout, stderr } = await runCommand("node", plan, { env, input: joins.stdout });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("owned");
    expect(stdout).toContain("1 member: 1 to adopt");
    for (const disguise of encodingsOf(password)) expect(joins.stderr + stdout).not.toContain(disguise);
  });

  test("a stack that is not there is an error in words, and nothing goes into the pipe", async () => {
    const { env, dir } = estate.project;
    const print = [join(repositoryRoot, "stacks/dist/joins/main.js"), "--stack", "demmo", "--cwd", dir];
    const { code, stdout, stderr } = await runCommand("node", print, { env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("no stack named 'demmo' found");
    expect(stderr).toMatch(/\npulumi config failed\n$/);
  });

  test("destroy ends the membership of the FedJoin; the one that an exporter joined stays, though the exporter goes", async () => {
    const [joined = ""] = memberNames();
    await pulumi("destroy", ...quietFlags);
    expect(await resources()).toEqual([]);
    expect(estate.pods.pods()).toEqual([]);
    expect(memberNames()).toEqual([joined]);
    expect(estate.federation.sites.map(({ role }) => role)).toEqual(["", "joint"]);
  });
});
