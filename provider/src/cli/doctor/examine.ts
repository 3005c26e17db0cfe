import { z } from "zod";
import { toTarget } from "../../resources/shared/controllerAccess";
import type { Address, TlsSettings } from "../../neuvector/ports";
import type { Session } from "../../neuvector/session/session";
import { parseJson, parseResponse } from "../../neuvector/client/wire";
import { getAccount } from "./account";
import type { AccountFacts } from "./accountFindings";
import type { Side } from "./finding";
import { expectedError, type CommandDeps } from "../observation/observe";
import type { ServerFacts } from "./serverFindings";
import type { ServerProbe } from "./serverProbe";

const callTimeoutMs = 15_000;
const greetingMaxBytes = 64 * 1024;

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
    const reply = await ports.transport.send({
      method: "GET",
      target,
      path: "/v1/eula",
      headers: {},
      timeoutMs: callTimeoutMs,
      maxBytes: greetingMaxBytes,
      signal,
    });
    const isController = reply.status === 200 && eulaReply.safeParse(parseJson(reply.body)).success;
    const dateMs = Date.parse(reply.headers["date"] ?? "");
    const serverMs = Number.isNaN(dateMs) ? undefined : dateMs;
    return { ...facts, greeting: { state: "answered", isController, dateMs: serverMs }, nowMs: nowMs() };
  } catch (error) {
    return { ...facts, greeting: { state: "failed", error: expectedError(error) }, nowMs: nowMs() };
  }
}

const eulaReply = z.object({ eula: z.object({ accepted: z.boolean() }) });

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

const groupsReply = z.object({ groups: z.array(z.object({ name: z.string() })).nullable() });

/**
 * Names of the federal groups on a controller; `undefined` if it does not list them
 * (rest-api.md#policy-scanners-and-risk).
 */
export async function listFederalGroups(session: Session, { signal }: CommandDeps): Promise<string[] | undefined> {
  const path = "/v1/group?scope=fed&brief=true";
  try {
    const reply = await session.call({ method: "GET", path, signal, timeoutMs: callTimeoutMs });
    const { groups } = parseResponse(groupsReply, reply, "GET /v1/group");
    return (groups ?? []).map(({ name }) => name).filter((name) => name.startsWith("fed."));
  } catch (error) {
    expectedError(error);
    return undefined;
  }
}
