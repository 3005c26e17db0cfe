import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createJoinProject, type JoinProject } from "../estate/joinProject";
import { startFederation, type SimulatedFederation } from "../simulator/startFederation";
import { memberNames } from "../support/federationTest";
import { prepareTools, prepareToolsTimeoutMs } from "../toolchain/prepareTools";

const password = "Aa1-example-canary";

let dir: string;
let project: JoinProject;
let federation: SimulatedFederation;

beforeEach(async () => {
  const tools = await prepareTools({ say: () => undefined });
  dir = await mkdtemp(join(tmpdir(), "fedjoin-example-"));
  project = await createJoinProject(tools, dir, { NEUVECTOR_MASTER_PASSWORD: password });
  federation = await startFederation({
    sites: 2,
    selfSigned: true,
    password,
    timings: { cleanupMs: 50, probePauseMs: 10 },
  });
}, prepareToolsTimeoutMs);

afterEach(async () => {
  await federation.close();
  await rm(dir, { recursive: true, force: true });
});

test("the example fed-join joins two stores with the commands of its README, and destroy lets them leave", async () => {
  const { master, sites } = federation;
  const { pulumi } = project;
  await project.replaceProgram("examples/fed-join/index.js");
  const set = (...args: string[]) => pulumi.run(["config", "set", ...args]);
  await set("master", master.rest.server);
  await set("masterPort", String(master.rest.port));
  await set("masterFingerprint", master.fingerprint256);
  for (const [index, site] of sites.entries()) {
    await set("--path", `stores[${index}].storeId`, `store-${index}`);
    await set("--path", `stores[${index}].server`, site.rest.server);
    await set("--path", `stores[${index}].port`, String(site.rest.port));
    await set("--path", `stores[${index}].fingerprint`, site.fingerprint256);
  }
  await pulumi.run(["config", "set", "--secret", "sitePassword"], { input: password });
  const quiet = ["--yes", "--skip-preview", "--non-interactive"];
  await pulumi.run(["up", ...quiet]);
  expect(
    memberNames(master)
      .map((name) => name.slice(0, -7))
      .toSorted(),
  ).toEqual(["store-0", "store-1"]);
  const { stdout } = await pulumi.run(["stack", "output", "members", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject([
    { storeId: "store-0", status: "joined" },
    { storeId: "store-1", status: "joined" },
  ]);
  await pulumi.run(["destroy", ...quiet]);
  expect(memberNames(master)).toEqual([]);
});
