import {
  createSeededRandom,
  createVirtualNetwork,
  promisesSettled,
  type SeededRandom,
  type VirtualNetwork,
} from "@fedjoin/simulator";
import type { WorldAct } from "../faults/fault";
import { createFaultSchedule, type FaultSchedule } from "../faults/schedule";
import type { PlannedFault } from "../faults/plan";
import { memoryCarrier, type Carrier } from "./carrier";
import { heal, performAct, resumeAll, type ActTarget } from "./acts";
import { createControllers, type Controllers, type ControllersConfig } from "./controllers";
import type { Message, WorldEvent } from "../trace/events";
import { createProcess, type Process, type ProcessStart } from "./process";
import { createRecorder, type Recorder } from "../trace/recorder";
import { addTokenServer } from "./tokenServer";
import type { View } from "../trace/view";
import { createWire, type Sender, type Wire } from "./wire";

export interface WorldConfig extends ControllersConfig {
  readonly seed: number;
  readonly faults: readonly PlannedFault[];
  readonly latencyMs: number;
}

/** Who watches a run. */
export interface Watcher {
  see(event: WorldEvent): void;
  /** After each scheduled event, and all that followed from it at once. */
  observe(view: View, nowMs: number): void;
  /** What was wrong so far. */
  readonly violations?: readonly unknown[];
}

/** One run: controllers, processes, faults, on one virtual clock and one source of randomness. */
export interface World {
  readonly config: WorldConfig;
  readonly network: VirtualNetwork;
  readonly controllers: Controllers;
  readonly recorder: Recorder;
  readonly schedule: FaultSchedule;
  readonly random: SeededRandom;
  spawn(start: ProcessStart): Process;
  /** Something that a person or a server does to a site and its master. */
  act(act: WorldAct, target: Omit<ActTarget, "moveClock" | "receiver"> & { readonly receiver?: string }): Promise<void>;
  /** Ends every freeze. */
  resume(): void;
  /** Ends every other outage. */
  heal(): Promise<void>;
  /** Lets time pass until `work` settles. @throws Error after `limitMs` of virtual time. */
  until<T>(work: Promise<T>, limitMs?: number): Promise<T>;
  pass(ms: number): Promise<void>;
  /** Resolves after this time; somebody else lets it pass. */
  delay(ms: number): Promise<void>;
  /** Ends everything that controllers do by themselves. */
  close(): void;
}

/** Messages between controllers that change a federation. Their polls and pings take no part in the steps. */
const countedPaths: ReadonlySet<string> = new Set(
  [
    "fed/join_internal",
    "fed/joint_test_internal",
    "fed/leave_internal",
    "fed/remove_internal",
    "fed_auth",
    "sim/adopt",
  ].map((path) => `/v1/${path}`),
);

const hour = 3_600_000;
const maxViolations = 20;

export async function createWorld(
  config: WorldConfig,
  watcher: Watcher,
  carrier: Carrier = memoryCarrier,
): Promise<World> {
  const random = createSeededRandom(config.seed);
  const schedule = createFaultSchedule(config.faults);
  let installations = 0;
  const network = createVirtualNetwork({
    settle: promisesSettled,
    // A controller that was installed again must not draw the ids of the one before.
    random: (host) => random.fork(`${host} ${installations++}`),
    carry(message, deliver) {
      const { from, to, request } = message;
      if (!countedPaths.has(request.path)) return deliver();
      const { method, path, body } = request;
      const about = { from, isOurs: false, to: to.server, port: to.port, method, path, token: undefined, body };
      return wire
        .transfer({ step: schedule.nextStep(), ...about }, deliver)
        .then((reply) => (reply === "oversized" ? "EOF" : reply));
    },
  });
  const { clock } = network;
  const recorder = createRecorder(
    () => clock.now(),
    (event) => {
      watcher.see(event);
    },
  );
  const wire: Wire = createWire({
    clock,
    random: random.fork("wire"),
    recorder,
    schedule,
    latencyMs: config.latencyMs,
    perform(act, message, sender) {
      void performAct(act, targetOf(message, sender), deps);
    },
  });
  const controllers = await createControllers(network, config);
  const deps = { network, controllers, recorder, random: random.fork("acts") };
  addTokenServer(network, controllers);

  const targetOf = (message: Message, sender: Sender | undefined): ActTarget => {
    const { siteHosts, masterHosts } = controllers;
    const hosts = [message.to, message.from];
    const view = controllers.view();
    const id = message.path.split("/").at(-1);
    const entry = view.masters.flatMap(({ entries }) => entries).find((each) => each.id === id);
    const site = siteHosts.find((host) => hosts.includes(host) || host === entry?.host) ?? siteHosts[0] ?? "";
    const masterId = view.sites.find(({ host }) => host === site)?.masterId;
    const ofSite = view.masters.find((each) => each.id !== undefined && each.id === masterId)?.host;
    const master = masterHosts.find((host) => hosts.includes(host)) ?? ofSite ?? masterHosts[0] ?? "";
    const known = [...siteHosts, ...masterHosts].includes(message.to);
    const moveClock = sender !== undefined && "moveClock" in sender ? (sender as Process).moveClock : undefined;
    return { receiver: known ? message.to : master, site, master, moveClock };
  };

  const spawned = new Map<string, number>();
  /** Runs what is due next; false if nothing is by then. */
  const runNext = async (byMs: number): Promise<boolean> => {
    const isDue = await clock.runNext(byMs);
    await carrier.settled?.();
    if (isDue) watcher.observe(controllers.view(), clock.now());
    return isDue;
  };

  return {
    config,
    network,
    controllers,
    recorder,
    schedule,
    random,
    spawn(start) {
      const count = (spawned.get(start.name) ?? 0) + 1;
      spawned.set(start.name, count);
      const name = count === 1 ? start.name : `${start.name}~${count}`;
      return createProcess({ ...start, name }, random.fork(name), {
        clock,
        recorder,
        schedule,
        wire,
        carrier,
        send: network.send,
      });
    },
    act: (act, { receiver, site, master }) =>
      performAct(act, { receiver: receiver ?? site, site, master, moveClock: undefined }, deps),
    resume: () => {
      resumeAll(controllers);
    },
    heal: () => heal(deps),
    async until(work, limitMs = 4 * hour) {
      const endMs = clock.now() + limitMs;
      const progress = { isOver: false };
      const end = (): void => {
        progress.isOver = true;
      };
      work.then(end, end);
      await clock.advance(0);
      await carrier.settled?.();
      while (!progress.isOver) {
        if (!(await runNext(endMs))) throw new Error(`nothing ended within ${limitMs / 1000} s`);
        if ((watcher.violations?.length ?? 0) > maxViolations)
          throw new Error("stopped: something goes wrong again and again");
      }
      return work;
    },
    async pass(ms) {
      const endMs = clock.now() + ms;
      while (await runNext(endMs));
      await clock.advance(endMs - clock.now());
    },
    delay: (ms) =>
      new Promise((resolve) => {
        clock.after(ms, resolve);
      }),
    close() {
      for (const host of [...controllers.siteHosts, ...controllers.masterHosts]) void controllers.handle(host).close();
    },
  };
}
