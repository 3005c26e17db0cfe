import {
  createSessionPool,
  createSystemPorts,
  createSecretReader,
  createUserLifecycle,
  type ResourceLifecycle,
} from "@fedjoin/provider";
import type { SimulatedController } from "../simulator/src/startController";

/** A password that every controller takes. */
export const userPassword = "Reader-canary-1";

/** A user lifecycle as a new dynamic-provider process has it: no session, no memory. */
export function newUserLifecycle(env: Readonly<Record<string, string>> = {}): ResourceLifecycle {
  const ports = createSystemPorts(() => undefined);
  return createUserLifecycle({ ports, sessions: createSessionPool(ports), secrets: createSecretReader(env) });
}

/** Inputs for a reader of a simulated controller, made by its admin. */
export function userInputs(site: SimulatedController, over: object = {}) {
  const controller = { ...site.rest, credentials: site.admin, tls: { fingerprint: site.fingerprint256 } };
  return { controller, username: "metrics", password: userPassword, role: "reader", ...over };
}
