import { toTarget } from "../../resources/shared/controllerAccess";
import type { Session } from "../../neuvector/session/session";
import { getAccount } from "../../neuvector/client/account";
import { getGreeting } from "../../neuvector/client/eula";
import { getFederalGroupNames } from "../../neuvector/client/policy";
import type { AccountFacts } from "./accountFindings";
import type { Side } from "./finding";
import { expectedError, type CommandDeps } from "../observation/observe";
import type { ServerFacts } from "./serverFindings";
import type { ServerProbe } from "./serverProbe";
import type { Address } from "../../values/address";
import type { TlsSettings } from "../../values/tls";

const callTimeoutMs = 15_000;

/** Examines a server without logging in. */
export async function examineServer(
  side: Side,
  address: Address,
  tls: TlsSettings,
  { ports, signal }: CommandDeps,
  probe: ServerProbe,
): Promise<ServerFacts> {
  const probeResult = await probe(address, tls);
  const facts = { side, address, tls, probeResult };
  const nowMs = (): number => ports.clock.now();
  if (probeResult.state !== "tls") return { ...facts, greeting: { state: "not_asked" }, nowMs: nowMs() };
  const target = toTarget(address, tls);
  try {
    const greeting = await getGreeting(ports, target, { signal, timeoutMs: callTimeoutMs });
    return { ...facts, greeting: { state: "answered", ...greeting }, nowMs: nowMs() };
  } catch (error) {
    return { ...facts, greeting: { state: "failed", error: expectedError(error) }, nowMs: nowMs() };
  }
}

/** Reads the account of a session. The first call logs in; this process does not repeat a refused login. */
export async function examineAccount(
  session: Session | undefined,
  { ports, signal }: CommandDeps,
): Promise<AccountFacts> {
  if (session === undefined) return { state: "not_declared" };
  try {
    const account = await getAccount(session, ports.clock.now(), { signal, timeoutMs: callTimeoutMs });
    return { state: "known", account };
  } catch (error) {
    return { state: "failed", error: expectedError(error) };
  }
}

/**
 * Names of the federal groups on a controller; `undefined` if it does not list them
 * (rest-api.md#policy-scanners-and-risk).
 */
export async function listFederalGroups(session: Session, { signal }: CommandDeps): Promise<string[] | undefined> {
  try {
    return await getFederalGroupNames(session, { signal, timeoutMs: callTimeoutMs });
  } catch (error) {
    expectedError(error);
    return undefined;
  }
}
