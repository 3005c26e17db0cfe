import { respond } from "./answer";
import type { Context } from "./context";
import { createFaults } from "./faults";
import type { Faults } from "./faults";
import { mintJoinToken } from "./federation/tickets";
import { kickMember } from "./federation/kick";
import { pingMembers } from "./federation/ping";
import { pollMaster } from "./federation/poll";
import { becomeMaster, grantFederationRoles } from "./federation/promote";
import { requireMaster } from "./federation/roles";
import { createFreezer } from "./freezer";
import { createLock } from "./lock";
import type { ControllerRequest, Outcome } from "./message";
import type { ControllerOptions } from "./options";
import type { Clock, Ports, Timer } from "./ports";
import { logEntry, loggedStatus } from "./requestLog";
import type { LogEntry } from "./requestLog";
import { match } from "./router";
import { routes } from "./routes";
import { initialState } from "./state";
import type { FederationStatus, RestInfo, State } from "./state";
import { applyFault } from "./applyFault";

/** One row of a master's list. */
export interface MemberView {
  readonly id: string;
  readonly name: string;
  readonly status: FederationStatus;
  readonly rest: RestInfo;
}

/** A simulated controller without any I/O of its own. */
export interface Controller {
  readonly handle: (request: ControllerRequest) => Promise<Outcome>;
  /** The live state, for a look. */
  readonly state: Readonly<State>;
  /** Every request that arrived, in order. */
  readonly requests: readonly LogEntry[];
  readonly faults: Faults;
  /** Promotes without a login. */
  readonly promote: (order: { readonly name?: string; readonly rest: RestInfo }) => Promise<void>;
  /** A join token without a login. @throws {Refusal} 400/4 when not a master. */
  readonly joinToken: (minutes?: number) => string;
  /** The master's list, by name. @throws {Refusal} 400/4 when not a master. */
  readonly members: () => readonly MemberView[];
  /** Removes the member of that name; `tell: false` leaves it joint until it polls. Names are unique on a master. */
  readonly kick: (name: string, options?: { readonly tell?: boolean }) => Promise<void>;
  /** A joint cluster's poll, now and to its end. */
  readonly pollNow: () => Promise<void>;
  /** A master's ping round, now and to its end. */
  readonly pingNow: () => Promise<void>;
  /** Stops working as a stopped process does: what arrives waits in its socket, even when the caller gives up, and polls and pings wait. */
  readonly freeze: () => void;
  /** Ends that, and works off what waited. */
  readonly resume: () => void;
  /** Cancels every timer. */
  readonly close: () => void;
}

const routesOf = {
  rest: routes.filter(({ listener }) => listener === "rest"),
  federation: routes.filter(({ listener }) => listener === "federation"),
};

export function createController(options: ControllerOptions, ports: Ports): Controller {
  const clock = closableClock(ports.clock);
  const freezer = createFreezer();
  const context: Context = {
    options,
    state: initialState(options, clock.now()),
    clock,
    random: ports.random,
    transport: ports.transport,
    federationListener: ports.federationListener,
    lock: createLock(clock, options.timings.lockWaitMs),
    whenRunning: freezer.whenRunning,
    loop: undefined,
    polling: Promise.resolve(),
  };
  const requests: LogEntry[] = [];
  const faults = createFaults();

  const members = (): readonly MemberView[] =>
    [...requireMaster(context).members.values()]
      .map(({ id, name, status, rest }) => ({ id, name, status, rest }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));

  return {
    state: context.state,
    requests,
    faults,
    members,
    async handle(request) {
      await freezer.whenRunning();
      const entry = logEntry(request, clock.now());
      requests.push(entry);
      const { listener, method } = request;
      const found = match(routesOf[listener], method, entry.path);
      const pattern = found.kind === "route" ? found.route.path : undefined;
      const handle = () => respond(context, request, found);
      const mishap = faults.match({ listener, method, path: entry.path, pattern });
      const outcome = await (mishap ? applyFault(mishap, { clock, path: request.path, handle }) : handle());
      entry.status = loggedStatus(outcome);
      return outcome;
    },
    async promote({ name = "", rest }) {
      await becomeMaster(context, { name, rest });
      grantFederationRoles(context);
    },
    joinToken: (minutes) => mintJoinToken(context, minutes),
    async kick(name, { tell = true } = {}) {
      const id = members().find((member) => member.name === name)?.id ?? "";
      await context.lock.runExclusive(() => kickMember(context, id, tell ? "admin" : undefined));
    },
    pollNow: () => pollMaster(context),
    pingNow: () => pingMembers(context),
    freeze: () => {
      freezer.freeze();
    },
    resume: () => {
      freezer.resume();
    },
    close: () => {
      clock.close();
    },
  };
}

/** A clock whose timers can all be cancelled at once; afterwards it starts none. */
function closableClock(clock: Clock): Clock & { close(): void } {
  const timers = new Set<Timer>();
  let isClosed = false;
  return {
    now: () => clock.now(),
    after(delayMs, task) {
      if (isClosed) return { cancel: () => undefined };
      const timer = clock.after(delayMs, () => {
        timers.delete(timer);
        task();
      });
      timers.add(timer);
      return {
        cancel() {
          timers.delete(timer);
          timer.cancel();
        },
      };
    },
    close() {
      isClosed = true;
      for (const timer of timers) timer.cancel();
      timers.clear();
    },
  };
}
