import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createJoinProject,
  createProject,
  isFedJoin,
  type JoinProject,
  type Project,
  type PulumiCli,
  quietFlags,
  startTestbed,
  storedResources,
  type Testbed,
  type TestbedOptions,
} from "@fedjoin/testbed";
import { type FederationOptions, type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { afterAll, beforeAll, expect, inject } from "vitest";

/** One for all controllers of a test: the CLI encrypts each secret of a configuration. */
export const password = "Aa1-for-all";

const federationOptions = {
  selfSigned: true,
  password,
  timings: { cleanupMs: 50, probePauseMs: 10, intervalMinuteMs: 500 },
};

/** What `start` gives, for all tests of a file: started before the first, stopped after the last. */
export function ofFile<T extends object>(start: () => Promise<T>, stop: (started: T) => Promise<unknown>): T {
  let started: T | undefined;
  beforeAll(async () => {
    started = await start();
  });
  afterAll(async () => {
    if (started !== undefined) await stop(started);
  });
  return new Proxy({} as T, {
    get(_target, key): unknown {
      if (started === undefined) throw new Error("it is started before the first test, and not earlier");
      return Reflect.get(started, key);
    },
  });
}

/** What `start` gives, closed or stopped in the end. */
export const startedOfFile = <T extends { close(): Promise<unknown> } | { stop(): Promise<unknown> }>(
  start: () => Promise<T>,
): T => ofFile(start, (started) => ("close" in started ? started.close() : started.stop()));

/** `start` with a new folder, which is removed in the end. */
function inFolderOfFile<T extends object>(start: (folder: string) => Promise<T>): T {
  let folder = "";
  return ofFile(
    async () => start((folder = await mkdtemp(join(tmpdir(), "fedjoin-test-")))),
    () => rm(folder, { recursive: true, force: true }),
  );
}

/** A new folder. */
export const folderOfFile = () => inFolderOfFile((path) => Promise.resolve({ path }));

/** A master and sites over HTTPS, with short durations. */
export const federationOfFile = (options: FederationOptions = {}): SimulatedFederation =>
  startedOfFile(() => startFederation({ ...federationOptions, ...options }));

/** A federation, a project and a pod runner on the run's control plane, in namespaces that begin with `prefix-`. */
export const testbedOfFile = (prefix: string, federation: FederationOptions = {}): Testbed =>
  startedOfFile(() =>
    startOwn({ shared: { tools: inject("tools"), controlPlane: inject("controlPlane"), prefix }, federation }),
  );

/** The same on a control plane of its own. */
export const ownTestbedOfFile = (options: Omit<TestbedOptions, "say"> = {}): Testbed =>
  startedOfFile(() => startOwn(options));

const startOwn = (options: Omit<TestbedOptions, "say">): Promise<Testbed> =>
  startTestbed({ ...options, federation: { ...federationOptions, ...options.federation }, say: () => undefined });

/** A project of FedJoins alone, with the packed provider package. */
export const joinProjectOfFile = (variables: Readonly<Record<string, string>> = {}): JoinProject =>
  inFolderOfFile((folder) => createJoinProject(inject("tools"), folder, variables));

/** A project of the stack program. */
export const projectOfFile = (): Project => inFolderOfFile((folder) => createProject(inject("tools"), folder, "test"));

interface Deployed {
  readonly pulumi: PulumiCli;
}

export const up = ({ pulumi }: Deployed, ...options: readonly string[]) =>
  pulumi.run(["up", ...quietFlags, ...options]);

export const destroy = ({ pulumi }: Deployed, ...options: readonly string[]) =>
  pulumi.run(["destroy", ...quietFlags, ...options]);

/** Fails unless program, state and reality are the same. */
export const expectNoChanges = ({ pulumi }: Deployed, ...options: readonly string[]) =>
  pulumi.run(["up", ...quietFlags, "--refresh", "--expect-no-changes", ...options]);

/** Runs a command that is to fail, and gives all that it says. */
export async function refused({ pulumi }: Deployed, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await pulumi.tryRun(args);
  expect(code, stdout).not.toBe(0);
  return `${stdout}${stderr}`;
}

export const refusedUp = (project: Deployed, ...options: readonly string[]): Promise<string> =>
  refused(project, "up", ...quietFlags, ...options);

/** The FedJoins in the state of a stack. */
export async function storedFedJoins(backendDir: string, project: "fedjoin" | "joins", stack: string) {
  return (await storedResources(backendDir, project, stack)).filter(isFedJoin);
}

/** The address of a pod's process. */
export function podUrl({ address }: ReturnType<Testbed["pods"]["pods"]>[number]): string {
  if (address === undefined) throw new Error("the pod has no process");
  return `http://${address.host}:${address.port}`;
}
