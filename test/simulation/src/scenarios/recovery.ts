import { faultInfo } from "../faults/kinds";
import { livingEntry } from "../trace/view";
import type { Exporter } from "../world/exporter";
import type { DeclaredFedJoin } from "../world/program";
import { resourceNamed, type Stack, type StackRun } from "../world/stack";
import type { World } from "../world/world";
import { endpointOf } from "../trace/events";
import { declareSites } from "./declarations";
import type { Plan } from "./plan";
import { runPrune } from "./prune";
import { fromStrangers } from "./repeatable";

type Report = (oracle: string, text: string) => void;

/** How long a message that was held up can still be under way. */
const holdUpMs = 65_000;
/** A master pings each minute, and waits 10 s for each member that does not answer. */
const twoPingsMs = 150_000;
const travelMs = 1_000;
const limitMs = 30 * 60_000;
export const oracle = "there is a way back";

/**
 * Ends every outage, and lets what is under way arrive. On the route to the master only the master's pings show that a site
 * is no longer its member.
 */
export async function calmDown(world: World): Promise<void> {
  world.schedule.end();
  world.resume();
  const isDisturbed = world.recorder.events.some(({ type }) => type === "fault" || type === "act");
  await world.pass(world.config.acceptDirectJoin ? twoPingsMs : isDisturbed ? holdUpMs : travelMs);
  await world.until(world.heal());
  const hosts = new Set([...refusingHosts(world), ...world.controllers.staleSecrets()]);
  for (const host of hosts) world.controllers.changePassword(host);
}

/** Where a login was refused: whoever is told of it sets another password, since a refused one is not tried again. */
function refusingHosts({ recorder, controllers }: World): Set<string> {
  const hosts = [...controllers.siteHosts, ...controllers.masterHosts];
  return new Set(
    recorder.events.flatMap((event) =>
      event.type === "response" && event.response.status === 401 && endpointOf(event.message) === "POST /v1/auth"
        ? hosts.filter((host) => host === event.message.to)
        : [],
    ),
  );
}

/**
 * One `up --refresh` makes every declared site a member as the state says, and `prune` finds the rest. Where another stack
 * gave the site another name at the same master, the refusal asks for that name: whoever reads it declares it.
 */
export async function recoverMembers(stack: Stack, world: World, report: Report): Promise<void> {
  const upWithRefresh = (): Promise<StackRun> => world.until(stack.run({ operation: "up", refresh: true }), limitMs);
  let { how, errors } = await upWithRefresh();
  if (errors.some((error) => error.includes("Declare its current name"))) {
    stack.declared = stack.declared.map((each) => withNameInUse(each, world));
    ({ how, errors } = await upWithRefresh());
  }
  if (how !== "succeeded") {
    report(oracle, `up --refresh ${how}: ${errors.join("; ")}`);
    return;
  }
  for (const { name, inputs } of stack.declared) {
    const stored = resourceNamed(stack, name);
    const { clusterId, status } = stored?.outputs ?? {};
    const living = livingEntry(world.controllers.view(), inputs.site);
    const isNamed = inputs.clusterName === undefined || living?.entry.name === inputs.clusterName;
    const isMember =
      status === "joined" && living?.entry.id === clusterId && living?.master === inputs.master && isNamed;
    if (!isMember) {
      const shown = `state ${String(status)} ${String(clusterId)}, living ${living?.entry.id ?? "nowhere"} ${living?.entry.name ?? ""}`;
      report(oracle, `up --refresh succeeded, and ${name} is not a member as declared: ${shown}`);
    }
  }
  await requireNoStaleEntry(stack, world, report);
}

function withNameInUse(declared: DeclaredFedJoin, { controllers }: World): DeclaredFedJoin {
  const living = livingEntry(controllers.view(), declared.inputs.site);
  if (living?.master !== declared.inputs.master) return declared;
  return { ...declared, inputs: { ...declared.inputs, clusterName: living.entry.name } };
}

/** One `destroy` ends every membership of the stack. */
export async function recoverNothing(stack: Stack, world: World, report: Report): Promise<void> {
  const { how, errors } = await world.until(stack.run({ operation: "destroy" }), limitMs);
  if (how !== "succeeded") report(oracle, `destroy ${how}: ${errors.join("; ")}`);
}

/**
 * An exporter that watches makes its site a member again. It need not after a kick, or what the site takes for one, which
 * it must not undo, and while its own login was refused; one that joins once does it when it is started again.
 */
export async function recoverByExporter(exporter: Exporter, plan: Plan, world: World, report: Report): Promise<void> {
  const mayStayAway = world.recorder.events.some(
    (event) =>
      (event.type === "act" &&
        ["kick", "kick_untold", "restart", "demote", "reinstall", "rename"].includes(event.what)) ||
      (event.type === "response" && event.response.status === 401 && endpointOf(event.message) === "POST /v1/auth") ||
      (event.type === "response" && event.response.body.includes('"kicked"')),
  );
  if (mayStayAway) return;
  // A refusal that no repetition ends is a person's to resolve, who then starts the exporter again.
  const wasRefused = world.recorder.events.some(
    (event) =>
      event.type === "fault" && (faultInfo(event.kind).class === "refused_for_good" || fromStrangers.has(event.kind)),
  );
  // An exporter cannot remove what a lost answer left on the master: whoever may runs prune.
  const isBlocked = staleEntries(world).length > 0;
  if (isBlocked) {
    await world.until(pruneWithSiteLogin({ name: "exporter", declared: declareSites(plan) }, world));
  }
  if (plan.exporter === "once" || wasRefused || isBlocked) {
    await world.until(exporter.stop());
    exporter.start();
  }
  const isMember = (): boolean => livingEntry(world.controllers.view(), "s1.test") !== undefined;
  for (let ms = 0; ms < limitMs && !isMember(); ms += holdUpMs) await world.pass(holdUpMs);
  if (!isMember()) report(oracle, `the exporter (${plan.exporter}) did not make its site a member within 30 minutes`);
}

/** No entry of a site is listed but that of its living membership; `prune` may be needed for it. */
export async function requireNoStaleEntry(stack: Stack, world: World, report: Report): Promise<void> {
  if (staleEntries(world).length > 0) await world.until(pruneWithSiteLogin(stack, world));
  const stale = staleEntries(world);
  if (stale.length > 0) report("no stale entry is left", stale.join(", "));
}

/** Only the site's own answer proves an entry stale, so whoever prunes has an account there. */
function pruneWithSiteLogin({ name, declared }: Pick<Stack, "name" | "declared">, world: World): Promise<StackRun> {
  const route = "controller";
  return runPrune({ name, declared: declared.map((each) => ({ ...each, inputs: { ...each.inputs, route } })) }, world);
}

/** Nor is one left beside a living membership before anybody runs `prune`. */
export function requireNoEntryBeside(world: World, report: Report): void {
  const stale = staleEntries(world);
  if (stale.length > 0) report("no entry is left beside a membership", stale.join(", "));
}

function staleEntries({ controllers }: World): string[] {
  const view = controllers.view();
  return view.masters.flatMap(({ host, entries }) =>
    entries
      .filter((entry) => controllers.siteHosts.includes(entry.host))
      .filter(({ id, host: site }) => livingEntry(view, site)?.entry.id !== id)
      .map(({ name, host: site }) => `${name} of ${site} at ${host}`),
  );
}
