import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { waitFor } from "../cluster/waitFor";
import { installPackedPackages } from "../packages/installTarballs";
import type { PulumiTools } from "../toolchain/prepareTools";
import { pulumiCli, type PulumiCli } from "../toolchain/pulumiCli";
import { pulumiEnvironment } from "../toolchain/pulumiEnvironment";

/**
 * FedJoin's arguments by resource name, with its resource options as `options`: there, `parent` is the type of a component
 * of its own, `replaceWith` are names of earlier ones, and `isLater` gives the addresses as Outputs.
 */
export type DeclaredJoins = Readonly<Record<string, object>>;

/** A user's own Pulumi program of FedJoins alone, with the packed provider package installed in it. */
export interface JoinProject {
  readonly backendDir: string;
  /** The folder of Pulumi.yaml. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly pulumi: PulumiCli;
  /** What the program declares from now on. */
  declare(joins: DeclaredJoins): Promise<void>;
  /** Runs `up` until every FedJoin is created, and interrupts it before the engine deletes anything. */
  interruptedUp(options: readonly string[]): Promise<void>;
}

const program = `
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const pulumi = require("@pulumi/pulumi");
const { FedJoin } = require("@fedjoin/provider");

const later = ({ server, ...others }) => ({ ...others, server: pulumi.output(server) });
const made = {};
const joins = JSON.parse(readFileSync(__dirname + "/joins.json", "utf8"));
for (const [name, { options = {}, ...args }] of Object.entries(joins)) {
  const { parent, replaceWith, isLater, ...others } = options;
  const given = isLater ? { ...args, controller: later(args.controller), jointRest: later(args.jointRest) } : args;
  made[name] = new FedJoin(name, given, {
    ...others,
    ...(parent && { parent: new pulumi.ComponentResource(parent, name + "-group") }),
    ...(replaceWith && { replaceWith: replaceWith.map((each) => made[each]) }),
  });
  exports[name] = made[name].status;
}
if (existsSync(__dirname + "/hang")) {
  pulumi.all(Object.values(exports)).apply(() => {
    writeFileSync(__dirname + "/created", "");
    setInterval(() => undefined, 1000);
  });
}
`;

/**
 * Creates the project with the stack `test` in `dir`; `variables` join the environment. `install` puts the packages into the
 * project's folder: by default, a tarball of the provider as a registry would serve it.
 */
export async function createJoinProject(
  tools: PulumiTools,
  dir: string,
  variables: Readonly<Record<string, string>> = {},
  install: (project: string) => Promise<void> = (project) => installPackedPackages(project, ["provider"]),
): Promise<JoinProject> {
  const projectDir = join(dir, "project");
  await mkdir(projectDir, { recursive: true });
  await writeFile(join(projectDir, "package.json"), JSON.stringify({ name: "joins", main: "index.js" }));
  await install(projectDir);
  const project = { name: "joins", runtime: { name: "nodejs", options: { typescript: false } } };
  await writeFile(join(projectDir, "Pulumi.yaml"), stringify(project));
  await writeFile(join(projectDir, "index.js"), program);
  await writeFile(join(projectDir, "joins.json"), "{}");
  const backendDir = join(dir, "state");
  const own = await pulumiEnvironment(tools, { home: join(dir, "home"), backendDir, passphrase: "test" });
  // Makes the CLI know --event-log.
  const env = { ...own, PULUMI_DEBUG_COMMANDS: "true", ...variables };
  const pulumi = pulumiCli(tools, projectDir, env);
  await pulumi.run(["stack", "init", "test"]);
  return {
    backendDir,
    dir: projectDir,
    env,
    pulumi,
    async interruptedUp(options) {
      const [hang, created] = [join(projectDir, "hang"), join(projectDir, "created")];
      await writeFile(hang, "");
      const interrupt = new AbortController();
      const ended = pulumi.tryRun(["up", ...options], { signal: interrupt.signal });
      await waitFor("every create", () => Promise.resolve(existsSync(created) ? true : undefined));
      interrupt.abort();
      await ended;
      await Promise.all([rm(hang), rm(created)]);
    },
    declare: (joins) => writeFile(join(projectDir, "joins.json"), JSON.stringify(joins)),
  };
}
