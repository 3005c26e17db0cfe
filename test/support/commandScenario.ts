import type { LogEntry } from "@fedjoin/simulator";
import { fedJoinInputs } from "@fedjoin/testbed";
import { test as base } from "vitest";
import { run, type RunResult } from "../../provider/src/cli/run";
import type { ResourceLifecycle } from "../../provider/src/resources/shared/resourceLifecycle";
import type { ServerProbe } from "../../provider/src/cli/doctor/serverProbe";
import { at } from "./federation";
import { createJoinScenario, type JoinScenario } from "./joinScenario";
import { startProcess } from "./virtualProcess";

const certificate = {
  ...{ subject: "CN=neuvector", issuer: "CN=ca", names: "", fingerprint: "AB:CD" },
  ...{ validFrom: "Jan 1 00:00:00 2020 GMT", validTo: "Jan 1 00:00:00 2090 GMT" },
};
const noKubeconfig = { contexts: new Map(), clusters: new Map(), users: new Map(), currentContext: undefined };

/** Every server answers with a good certificate. */
const probe: ServerProbe = () => Promise.resolve({ state: "tls", by: "memory, directly", certificate });

interface CommandEnvironment {
  readonly env?: NodeJS.ProcessEnv;
  readonly files?: Readonly<Record<string, string>>;
  /** Whether standard error is a terminal. */
  readonly terminal?: boolean;
}

interface CommandRun extends RunResult {
  /** Warnings and other lines, as `level message`. */
  readonly logged: readonly string[];
  /** Its lines on standard error while it runs, and on a terminal each text of the line of progress. */
  readonly lines: readonly string[];
  /** Requests of the command that change something. */
  readonly effects: readonly string[];
  /** Files that it wrote. */
  readonly written: Readonly<Record<string, string>>;
}

type Created = Awaited<ReturnType<ResourceLifecycle["create"]>>;

export interface CommandScenario extends JoinScenario {
  readonly declared: readonly ReturnType<typeof fedJoinInputs>[];
  /** The resource of `store0`. */
  readonly joined: Created;
  /** The resource of `store3`, of which the state does not know that it was kicked. */
  readonly kicked: Created;
  /** The entry of `store2` on the master's list. */
  readonly stale: { readonly name: string; readonly id: string };
  /** Ends every other membership on the master's list; gives the settings with `store0` alone. */
  readonly keepJoinedAlone: () => Promise<{ readonly members: readonly object[] }>;
  /** Requests of people to the master. */
  readonly requestsToMaster: () => string[];
  /** Runs the command with settings on standard input; by default the declared members. */
  readonly fedjoin: (args: string, settings?: unknown, environment?: CommandEnvironment) => Promise<CommandRun>;
}

/**
 * A federation in memory and the command `fedjoin`. `store0` is a member, `store1` standalone, `store2` was installed again,
 * `store3` was kicked untold; they are declared. The last site is a member as `by-hand`, which nobody declares.
 */
export async function createCommandScenario(): Promise<CommandScenario> {
  const scenario = await createJoinScenario({ sites: 5 });
  const { network, master, sites, joins } = scenario;
  const inputs = sites.map((each, index) => fedJoinInputs(master, each, `store${index}`));
  const joined = await joins.create(at(inputs, 0));
  const kicked = await joins.create(at(inputs, 3));
  await joins.create({ ...at(inputs, 4), name: "by-hand" });
  const lost = await joins.create(at(inputs, 2));
  await master.kick(kicked.id, { tell: false });
  await scenario.reinstall(at(sites, 2));
  await network.clock.advanceUntil(master.pingNow());
  const declared = inputs.slice(0, 4);

  const people = (requests: readonly LogEntry[]) =>
    requests
      .filter(({ listener, path }) => listener === "rest" && !path.includes("_internal") && path !== "/v1/fed_auth")
      .map(({ method, path }) => `${method} ${path}`);

  return {
    ...{ ...scenario, declared, joined, kicked },
    stale: { name: lost.id, id: String(lost.outs["clusterId"]) },
    keepJoinedAlone: async () => {
      for (const { id, name } of master.members()) {
        if (name !== joined.id) await scenario.asAdmin(master, "DELETE", `/v1/fed/cluster/${id}`);
      }
      return { members: declared.slice(0, 1) };
    },
    requestsToMaster: () => people(master.requests),
    fedjoin: async (args, settings = { members: declared }, { env = {}, files = {}, terminal = false } = {}) => {
      const text = typeof settings === "string" ? settings : JSON.stringify(settings);
      const { deps, logged } = startProcess(network, { env });
      const lines: string[] = [];
      const print = (line: string) => void lines.push(line);
      const before = [master, ...sites].map(({ requests }) => requests.length);
      const written: Record<string, string> = {};
      const hasSource = args.startsWith("members") || args.includes("--master ");
      const result = run([...args.split(" "), ...(hasSource ? [] : ["--file", "-"])], {
        ...{ ...deps, probe, version: "1.2.3", log: print, progress: terminal ? print : undefined },
        kube: {
          ambient: () => ({ config: noKubeconfig, where: "none" }),
          requestsTo: () => () => Promise.resolve({ unreachable: "" }),
        },
        runPulumi: () => Promise.reject(new Error("no pulumi")),
        loadStacks: () => undefined,
        readFile: (path) => Promise.resolve(path === "-" ? text : (files[path] ?? "")),
        files: {
          check(paths, overwrite) {
            const path = paths.find((each) => !overwrite && each in files);
            if (path === undefined) return Promise.resolve();
            return Promise.reject(Object.assign(new Error("it exists"), { path, code: "EEXIST" }));
          },
          write(all) {
            for (const { path, text: content } of all) written[path] = content;
            return Promise.resolve();
          },
        },
      });
      const { exitCode, output, errors } = await network.clock.advanceUntil(result);
      const effects = [master, ...sites]
        .flatMap(({ requests }, index) => people(requests.slice(before[index])))
        .filter((line) => !line.startsWith("GET ") && !line.endsWith(" /v1/auth"));
      return { exitCode, output, errors, logged, lines, effects, written };
    },
  };
}

export const test = base.extend("scenario", () => createCommandScenario());
