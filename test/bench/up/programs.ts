import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import {
  installPackedPackages,
  linkPackages,
  pulumiCli,
  type PulumiCli,
  pulumiEnvironment,
  type PulumiTools,
} from "@fedjoin/testbed";
import type { Declarations } from "./federationProcess";

/** Of the environment of `pulumi`, beside those that each program needs. */
export type Variables = Readonly<Record<string, string>>;

/** A Pulumi program of many resources of one kind. */
export interface Program {
  readonly pulumi: PulumiCli;
  /** Makes it declare these resources from now on. */
  declare(resources: Declarations): Promise<void>;
  /** Bytes of its state for each resource: as the backend stores it, and in `pulumi stack export`. */
  stateBytes(): Promise<{ readonly stored: number; readonly exported: number }>;
}

const declareEach = 'for (const [name, args] of Object.entries(require("./resources.json")))';

const fedJoins = `
const { FedJoin } = require("@fedjoin/provider");
${declareEach} new FedJoin(name, args);
`;

/** What the engine and the SDK cost alone. */
const emptyResources = `
const pulumi = require("@pulumi/pulumi");
const provider = { async create() { return { id: "empty", outs: {} }; } };
class Empty extends pulumi.dynamic.Resource {}
${declareEach} new Empty(provider, name, {});
`;

/** What they cost for resources that do nothing and have the inputs of a FedJoin, with its secrets, as outputs too. */
const sameInputs = `
const pulumi = require("@pulumi/pulumi");
const provider = { async create(inputs) { return { id: "same", outs: inputs }; } };
class Same extends pulumi.dynamic.Resource {}
const marked = ({ credentials, ...rest }) => ({
  ...rest,
  credentials: { ...credentials, password: pulumi.secret(credentials.password) },
});
${declareEach} {
  new Same(provider, name, { ...args, master: marked(args.master), controller: marked(args.controller) });
}
`;

/** Creates the program of FedJoins, with the packed provider installed, in `dir`. */
export function createFedJoinProgram(tools: PulumiTools, dir: string, variables: Variables): Promise<Program> {
  return createProgram(tools, dir, variables, fedJoins, (project) => installPackedPackages(project, ["provider"]));
}

/** Creates the program of dynamic resources that do nothing, in `dir`. */
export function createEmptyProgram(tools: PulumiTools, dir: string, variables: Variables): Promise<Program> {
  return createProgram(tools, dir, variables, emptyResources, linkSdk);
}

/** Creates the program of resources that do nothing and have the inputs of FedJoins, in `dir`. */
export function createSameInputsProgram(tools: PulumiTools, dir: string, variables: Variables): Promise<Program> {
  return createProgram(tools, dir, variables, sameInputs, linkSdk);
}

const linkSdk = (project: string): Promise<void> => linkPackages(join(project, "node_modules"), ["@pulumi/pulumi"]);

const exported = z.object({ deployment: z.object({ resources: z.array(z.looseObject({ type: z.string() })) }) });

async function createProgram(
  tools: PulumiTools,
  dir: string,
  variables: Variables,
  program: string,
  install: (project: string) => Promise<void>,
): Promise<Program> {
  const project = join(dir, "project");
  await mkdir(project, { recursive: true });
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "bench", main: "index.js" }));
  await writeFile(
    join(project, "Pulumi.yaml"),
    "name: bench\nruntime: { name: nodejs, options: { typescript: false } }\n",
  );
  await writeFile(join(project, "index.js"), program);
  await install(project);
  const settings = { home: join(dir, "home"), backendDir: join(dir, "state"), passphrase: "bench" };
  // Compiled code counts for the V8 flags that wrote it, which the processes of the programs do not share.
  const env = { ...(await pulumiEnvironment(tools, settings)), NODE_DISABLE_COMPILE_CACHE: "1", ...variables };
  const pulumi = pulumiCli(tools, project, env);
  await pulumi.run(["stack", "init", "bench"]);
  return {
    pulumi,
    declare: (resources) => writeFile(join(project, "resources.json"), JSON.stringify(resources)),
    async stateBytes() {
      const { stdout } = await pulumi.run(["stack", "export"]);
      const { resources } = exported.parse(JSON.parse(stdout)).deployment;
      const members = resources.filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic"));
      const mean = (indent: number): number => {
        const bytes = (list: readonly object[]): number =>
          JSON.stringify({ deployment: { resources: list } }, undefined, indent).length;
        return Math.round((bytes(members) - bytes([])) / members.length);
      };
      return { stored: mean(0), exported: mean(4) };
    },
  };
}
