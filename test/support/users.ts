import { createSessionPool } from "../../provider/src/neuvector/session/sessionPool";
import { createUserLifecycle } from "../../provider/src/resources/neuVectorUser/lifecycle";
import type { ResourceLifecycle } from "../../provider/src/resources/shared/lifecycle";
import { createSecretReader } from "../../provider/src/system/secretReader";
import { createSystemPorts } from "@fedjoin/provider/system";
import type { SimulatedController } from "@fedjoin/simulator";

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
