import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import type { SimulatedFederation } from "@fedjoin/simulator";
import { stringify } from "yaml";
import { linkPackages } from "../packages/installTarballs";
import { storeIds } from "../project/stackConfig";
import type { PulumiTools } from "../toolchain/prepareTools";
import { pulumiCli, type PulumiCli } from "../toolchain/pulumiCli";
import { pulumiEnvironment } from "../toolchain/pulumiEnvironment";

/** A Pulumi project of memberships alone. */
export interface QuickProject {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly pulumi: PulumiCli;
}

/** The variable that holds the password of every admin. */
const passwordVariable = "NEUVECTOR_PASSWORD";

const program = `const { readFileSync } = require("node:fs");
const { FedJoin } = require("@fedjoin/provider");

const { members } = JSON.parse(readFileSync("joins.json", "utf8"));
for (const member of members) new FedJoin(member.storeId, member);
`;

/** Creates the project in `dir`, with one stack, `demo`. Every admin of the federation has this password. */
export async function createQuickProject(
  tools: PulumiTools,
  dir: string,
  federation: SimulatedFederation,
  password: string,
): Promise<QuickProject> {
  const projectDir = join(dir, "project");
  await mkdir(projectDir, { recursive: true });
  await linkPackages(join(projectDir, "node_modules"), ["@fedjoin/provider", "@pulumi/pulumi"]);
  const files = {
    "Pulumi.yaml": stringify({ name: "demo", runtime: { name: "nodejs", options: { typescript: false } } }),
    "package.json": JSON.stringify({ name: "demo", main: "index.js" }),
    "index.js": program,
    // Read by the program and by fedjoin; there is no secret in it.
    "joins.json": JSON.stringify({ members: joinsOf(federation) }, undefined, 2),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(projectDir, name), text);
  const passphrase = randomBytes(12).toString("hex");
  const places = { home: join(dir, "home"), backendDir: join(dir, "state"), passphrase };
  const env = { ...(await pulumiEnvironment(tools, places)), [passwordVariable]: password };
  const pulumi = pulumiCli(tools, projectDir, env);
  await pulumi.run(["stack", "init", "demo"]);
  return { dir: projectDir, env, pulumi };
}

function joinsOf({ master, sites }: SimulatedFederation): object[] {
  const credentials = { username: "admin", passwordFrom: { env: passwordVariable } };
  return sites.map((site, index) => ({
    storeId: storeIds[index] ?? `store-${index}`,
    master: { rest: master.rest, credentials, tls: { fingerprint: master.fingerprint256 } },
    controller: { ...site.rest, credentials, tls: { fingerprint: site.fingerprint256 } },
    jointRest: site.rest,
    retry: { maxRetries: 5, initialDelaySeconds: 0.5, maxDelaySeconds: 2 },
    timeoutSeconds: 60,
  }));
}
