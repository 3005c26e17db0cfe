import { createSessionPool } from "../../provider/src/neuvector/session/sessionPool";
import { createFedJoinLifecycle } from "../../provider/src/resources/fedJoin/lifecycle";
import type { LifecycleDeps, ResourceLifecycle } from "../../provider/src/resources/shared/lifecycle";
import type { ResourceProps } from "../../provider/src/resources/shared/props";
import { createUserLifecycle } from "../../provider/src/resources/neuVectorUser/lifecycle";
import { createSecretReader } from "../../provider/src/system/secretReader";
import { createKeyedMutex } from "@fedjoin/provider/neuvector";
import type { FedJoinArgs } from "@fedjoin/provider/fedJoin";
import type { NeuVectorUserArgs } from "@fedjoin/provider/neuVectorUser";
import { type ControllerHandle, createVirtualNetwork } from "@fedjoin/simulator";
import { virtualPorts } from "./virtualPorts";

/** One master, which also joins sites on their behalf, and one site in memory, the same at every call, and the lifecycles that work on them. */
export interface RecordedFederation {
  readonly master: ControllerHandle;
  readonly joins: ResourceLifecycle;
  readonly users: ResourceLifecycle;
  /** What `work` gives, while virtual time goes on as long as it needs. */
  advanceUntil<T>(work: Promise<T>): Promise<T>;
}

const credentials = { username: "admin", password: "admin" };
const references = { username: "admin", passwordFrom: { env: "ADMIN_PASSWORD" } };
const userPassword = "Reader-canary-1";

export async function createRecordedFederation(): Promise<RecordedFederation> {
  const world = createVirtualNetwork();
  const master = world.addController({ acceptDirectJoin: true });
  world.addController();
  await master.promote({ name: "master", rest: master.federationAddress });
  // Every name that is drawn ends with the same six characters.
  const ports = { ...virtualPorts(world), random: { below: () => 0 } };
  const secrets = createSecretReader({ ADMIN_PASSWORD: "admin", USER_PASSWORD: userPassword });
  const parts: LifecycleDeps = { ports, sessions: createSessionPool(ports), masterLocks: createKeyedMutex(), secrets };
  return {
    master,
    joins: createFedJoinLifecycle(parts),
    users: createUserLifecycle(parts),
    advanceUntil: (work) => world.clock.advanceUntil(work),
  };
}

const rest = { server: "c1.test", port: 10443 };
const controller = { server: "c2.test", port: 10443 };
const jointRest = controller;

/** Every key that stays in the state; the compiler asks for the newer ones. */
type KeptKey = Exclude<keyof FedJoinArgs, `joinToken${string}`> | "joinTokenMinutes";
const everyJoinKey: Readonly<Record<KeptKey, unknown>> = {
  storeId: "u2204a",
  name: "u2204a-by-hand",
  nameSuffix: "uid",
  clusterUid: "0f0e0d0c-0b0a-4908-8706-050403020100",
  ifAbsent: "join",
  joinVia: "controller",
  master: {
    rest,
    federation: { server: "c1.test", port: 11443 },
    credentials: references,
    tls: { serverName: "neuvector" },
  },
  controller: { ...controller, credentials: references, tls: { serverName: "neuvector", verify: true } },
  jointRest,
  joinTokenMinutes: 7,
  retry: { maxRetries: 3, initialDelaySeconds: 1, maxDelaySeconds: 2, jitter: "full" },
  timeoutSeconds: 90,
  forceLeave: true,
  onMasterLost: "force",
};

/** All but `password`, which excludes `passwordFrom`. */
const everyUserKey: Readonly<Record<Exclude<keyof NeuVectorUserArgs, "password">, unknown>> = {
  controller: { ...controller, credentials: references, tls: { serverName: "neuvector" } },
  username: "fedjoin",
  passwordFrom: { env: "USER_PASSWORD" },
  role: "admin",
};

/** FedJoins by the name of their recorded state. */
export const recordedJoins: Readonly<Record<string, ResourceProps>> = {
  "join-small": {
    storeId: "u2204a",
    master: { rest, credentials },
    controller: { ...controller, credentials },
    jointRest,
  },
  "join-through-master": { storeId: "u2204a", joinVia: "master", master: { rest, credentials }, jointRest },
  "join-everything": everyJoinKey,
};

/** NeuVectorUsers by the name of their recorded state. */
export const recordedUsers: Readonly<Record<string, ResourceProps>> = {
  "user-small": {
    controller: { ...controller, credentials },
    username: "metrics",
    password: userPassword,
    role: "reader",
  },
  "user-everything": everyUserKey,
};
