import { fedJoinInputs } from "@fedjoin/testbed";
import { type Interceptor, type SimulatedController, startController, type StartOptions } from "@fedjoin/simulator";
import { createGate, type Gate } from "./gate";

/** Two masters and a site on sockets of their own, with what the program declares of the site at present. */
export interface World {
  /** The resource's logical name and store id. */
  readonly name: string;
  readonly masters: readonly [SimulatedController, SimulatedController];
  readonly site: SimulatedController;
  readonly gate: Gate;
  /** Requests that would have removed a living member. There must be none. */
  readonly wrongs: string[];
  declared: Declared;
  /** The password that the site's account had before. */
  previousPassword: string;
  close(): Promise<void>;
}

/** Where a join is sent (the input `joinVia`). By the master, nobody logs in at the site. */
export type Route = "controller" | "master";

export interface Declared {
  /** By the site's controller unless it says otherwise. */
  readonly route?: Route | undefined;
  readonly master: 0 | 1;
  readonly password: string;
  /** The cluster name, if the program gives one. */
  readonly name?: string;
}

/** A short clean-up, and no poll or ping by themselves: each run of an operation sends the same requests. */
const timings = { cleanupMs: 20, probePauseMs: 10, intervalMinuteMs: 3_600_000, pingGapMs: 3_600_000 };
/** Outlasts a clean-up. */
export const worldRetry = { maxRetries: 8, initialDelaySeconds: 0.1, maxDelaySeconds: 1 };

export const firstPassword = "Aa1-first-password";

/** Starts the controllers of a world; `more` timings replace the short ones. */
export async function startWorld(name: string, more: StartOptions["timings"] = {}): Promise<World> {
  const gate = createGate();
  const wrongs: string[] = [];
  const start = (controller: string, role: "" | "master", intercept: Interceptor) =>
    startController({
      name: controller,
      role,
      intercept,
      timings: { ...timings, ...more },
      acceptDirectJoin: true,
      users: [{ username: "admin", password: firstPassword, role: "admin" }],
    });
  const noteWrongs =
    (intercept: Interceptor): Interceptor =>
    (request, handle) => {
      const id = site.membership?.id;
      // Without a login at the site, its master ends the membership for it.
      const isLeave = world.declared.route === "master";
      if (!isLeave && request.method === "DELETE" && id !== undefined && request.path.endsWith(`/cluster/${id}`)) {
        wrongs.push(`${request.method} ${request.path} while the site lives`);
      }
      return intercept(request, handle);
    };
  const masterOf = (controller: string) => start(controller, "master", noteWrongs(gate.interceptorOf(controller)));
  const site = await start("site", "", gate.interceptorOf("site"));
  const masters = [await masterOf("A"), await masterOf("B")] as const;
  const world: World = {
    name,
    masters,
    site,
    gate,
    wrongs,
    declared: { master: 0, password: firstPassword },
    previousPassword: firstPassword,
    async close() {
      await Promise.all([site, ...masters].map((each) => each.close()));
    },
  };
  return world;
}

/** The arguments of the FedJoin that the program declares for a world. */
export function inputsOf({ name, masters, site, declared }: World) {
  const { controller, ...inputs } = fedJoinInputs(masters[declared.master], site, name);
  const credentials = { username: "admin", password: declared.password };
  return {
    ...inputs,
    retry: worldRetry,
    ...(declared.route === "master" ? { joinVia: "master" } : { controller: { ...controller, credentials } }),
    ...(declared.name !== undefined && { name: declared.name }),
  };
}

/** Gives the site's account another password, and the program too. */
export function changePassword(world: World, password: string): void {
  const user = world.site.users.get("admin");
  if (user === undefined) throw new Error("the site has no admin");
  world.previousPassword = user.password;
  user.password = password;
  world.declared = { ...world.declared, password };
}
