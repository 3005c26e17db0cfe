import type { ControllerHandle, VirtualNetwork, SeededRandom } from "@fedjoin/simulator";
import type { WorldAct } from "../faults/fault";
import { adminAccount, ourUser, type Controllers } from "./controllers";
import type { Recorder } from "../trace/recorder";
import { livingEntry } from "../trace/view";

/** Whom an act is about. */
export interface ActTarget {
  readonly receiver: string;
  readonly site: string;
  readonly master: string;
  readonly moveClock: ((byMs: number) => void) | undefined;
}

export interface ActDeps {
  readonly network: VirtualNetwork;
  readonly controllers: Controllers;
  readonly recorder: Recorder;
  readonly random: SeededRandom;
}

/** Makes something happen to a controller, as its admin, its host or the passing of time would. */
export async function performAct(act: WorldAct, target: ActTarget, deps: ActDeps): Promise<void> {
  const host = { receiver: target.receiver, master: target.master, site: target.site, sender: "" }[act.on];
  const { record } = deps.recorder;
  record({ type: "act", what: act.what, host, phase: "begin" });
  await carryOut(act, host, target, deps);
  record({ type: "act", what: act.what, host, phase: "end" });
}

async function carryOut(act: WorldAct, host: string, target: ActTarget, deps: ActDeps): Promise<void> {
  const { controllers } = deps;
  switch (act.what) {
    case "set_clock":
      target.moveClock?.(act.byMs);
      return;
    case "freeze": {
      const frozen = controllers.handle(host);
      frozen.freeze();
      deps.network.clock.after(act.ms, () => {
        frozen.resume();
      });
      return;
    }
    case "end_sessions":
      endSessions(controllers.handle(host));
      return;
    case "fill_sessions":
      fillSessions(controllers.handle(host), deps);
      return;
    case "lock_account":
      for (const user of ourUsers(controllers.handle(host))) {
        user.blockedUntil = deps.network.clock.now() + 3_600_000;
      }
      return;
    case "restart":
      restart(controllers.handle(host));
      return;
    case "expire_tokens":
      Object.assign(controllers.handle(host).state.federation, { secret: "0".repeat(32) });
      return;
    case "demote":
      await asAdmin(controllers.handle(host), "POST", "/v1/fed/demote");
      return;
    case "reinstall":
      await controllers.reinstall(host);
      return;
    case "leave":
      await asAdmin(controllers.handle(host), "POST", "/v1/fed/leave", {});
      return;
    case "leave_untold":
      await leaveUntold(target, deps);
      return;
    case "rename":
      await joinUnderAnotherName(target, deps);
      return;
    case "kick":
    case "kick_untold":
      await kick(target, act.what === "kick", deps);
      return;
  }
}

/** Sends a request as a person does. Its failure is that person's concern. */
async function asAdmin(handle: ControllerHandle, method: string, path: string, body?: object): Promise<void> {
  const login = await handle.request("POST", "/v1/auth", { body: { password: adminAccount } });
  const { token } = login.body as { token?: { token: string } };
  if (token === undefined) return;
  await handle.request(method, path, { token: token.token, ...(body !== undefined && { body }) });
  await handle.request("DELETE", "/v1/auth", { token: token.token });
}

function ourUsers({ users }: ControllerHandle): { blockedUntil: number; failedLogins: number }[] {
  return [...users.values()].filter(({ username }) => username !== adminAccount.username);
}

function endSessions({ state }: ControllerHandle): void {
  for (const token of state.sessions.keys()) state.expiredTokens.add(token);
  state.sessions.clear();
}

function fillSessions({ state }: ControllerHandle, { random, network }: ActDeps): void {
  const nowMs = network.clock.now();
  const session = { role: "admin", createdMs: nowMs, usedMs: nowMs, idleMs: 300_000 } as const;
  for (const username of [ourUser.site, ourUser.master]) {
    for (let count = 0; count < 32; count++) {
      const token = Buffer.from(random.bytes(12)).toString("hex");
      state.sessions.set(token, { ...session, token, username, memberLogins: new Map() });
    }
  }
}

/** Sessions and events are in memory; a stale entry looks alive until the next ping (rest-api.md#status-values). */
function restart(handle: ControllerHandle): void {
  endSessions(handle);
  handle.state.federationEvents.length = 0;
  if (handle.state.federation.role !== "master") return;
  for (const member of handle.state.federation.members.values()) member.status = "synced";
}

async function leaveUntold({ site, master }: ActTarget, { network, controllers }: ActDeps): Promise<void> {
  const { federationAddress } = controllers.handle(master);
  network.setConnectivity(federationAddress, "refused", "controllers");
  await asAdmin(controllers.handle(site), "POST", "/v1/fed/leave", { force: true });
  network.setConnectivity(federationAddress, "open", "controllers");
}

/** A name of a federation is fixed (rest-api.md#cluster-configuration): the admin leaves, and joins by hand. */
async function joinUnderAnotherName({ site, master }: ActTarget, { controllers }: ActDeps): Promise<void> {
  const handle = controllers.handle(site);
  if (livingEntry(controllers.view(), site)?.master !== master) return;
  await asAdmin(handle, "POST", "/v1/fed/leave", {});
  if (controllers.handle(master).role !== "master") return;
  const order = { name: `${site.replace(".", "-")}-by-hand`, join_token: controllers.handle(master).joinToken() };
  await asAdmin(handle, "POST", "/v1/fed/join", { ...order, joint_rest_info: { server: site, port: 10443 } });
}

async function kick({ site, master }: ActTarget, isTold: boolean, { controllers }: ActDeps): Promise<void> {
  const handle = controllers.handle(master);
  if (handle.role !== "master") return;
  const member = handle.members().find(({ rest }) => rest.server === site);
  if (member === undefined) return;
  if (isTold) await asAdmin(handle, "DELETE", `/v1/fed/cluster/${member.id}`);
  // By now somebody else may have removed it.
  else await handle.kick(member.name, { tell: false }).catch(() => undefined);
}

/** Ends every freeze: what waited at a server arrives there now. */
export function resumeAll({ masterHosts, siteHosts, handle }: Controllers): void {
  for (const host of [...masterHosts, ...siteHosts]) handle(host).resume();
}

/** Ends what keeps the world from working: locked accounts, masters that were demoted, full sessions. */
export async function heal({ controllers, recorder }: ActDeps): Promise<void> {
  for (const host of [...controllers.masterHosts, ...controllers.siteHosts]) {
    const handle = controllers.handle(host);
    for (const user of ourUsers(handle)) Object.assign(user, { blockedUntil: 0, failedLogins: 0 });
    for (const [token, { idleMs }] of handle.state.sessions)
      if (idleMs === 300_000) handle.state.sessions.delete(token);
  }
  for (const host of controllers.masterHosts) {
    const handle = controllers.handle(host);
    if (handle.role === "master") continue;
    await handle.promote({ name: host });
    recorder.record({ type: "act", what: "promote", host, phase: "end" });
    Object.assign(handle.users.get(ourUser.master) ?? {}, { role: "fedAdmin" });
  }
  for (const host of controllers.siteHosts) {
    if (isDeadEnd(host, controllers)) await asAdmin(controllers.handle(host), "POST", "/v1/fed/leave", { force: true });
  }
}

/**
 * True for a site that only a person at the site can free: it calls itself a member of a master that is no more, or of one
 * that kicked it while nobody of ours has a login at the site.
 */
function isDeadEnd(host: string, { handle, view, isByMaster }: Controllers): boolean {
  const { federation } = handle(host).state;
  if (federation.role !== "joint") return false;
  const master = view().masters.find(({ id }) => id === federation.master.id);
  return master === undefined || (isByMaster && !master.entries.some(({ id }) => id === federation.id));
}
