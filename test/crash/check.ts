import type { Operation } from "./operations";
import type { World } from "./world";

/** The resource of a world, as a state has it. */
export interface StateEntry {
  readonly id?: string | undefined;
  readonly outs?: Readonly<Record<string, unknown>> | undefined;
}

/** What is wrong with a world and its resources in the state after an operation; nothing if all is well. */
export function violationsOf(world: World, operation: Operation, resources: readonly StateEntry[]): string[] {
  return [
    ...world.wrongs.splice(0),
    ...joinViolations(world, operation),
    ...(operation.to === "absent" ? goneViolations(world, resources) : memberViolations(world, resources)),
  ];
}

function joinViolations({ gate }: World, { joins, canGoBack = false }: Operation): string[] {
  const isJoin = /^POST \w+ \/v1\/fed\/join$/;
  const carriedOut = gate.requests.filter(({ title, status }) => isJoin.test(title) && status === 200).length;
  const isRight = carriedOut === joins || (canGoBack && carriedOut === joins + 1);
  return isRight ? [] : [`${carriedOut} joins were carried out instead of ${joins}`];
}

function memberViolations({ masters, site, declared }: World, resources: readonly StateEntry[]): string[] {
  const [resource, ...others] = resources;
  const [entry, ...otherEntries] = masters[declared.master].members();
  const elsewhere = masters[declared.master === 0 ? 1 : 0].members();
  const isRight =
    resource?.outs?.["status"] === "joined" &&
    entry !== undefined &&
    [others, otherEntries, elsewhere].every(({ length }) => length === 0) &&
    entry.id === site.membership?.id &&
    entry.id === resource.outs["clusterId"] &&
    entry.name === resource.id &&
    entry.name === (declared.name ?? entry.name);
  if (isRight) return [];
  const shown = {
    state: resources.map(({ id, outs }) => [id, outs?.["status"], outs?.["clusterId"]]),
    masters: masters.map((master) => master.members().map(({ name, id }) => [name, id])),
    site: [site.clusterName, site.role, site.membership?.id],
  };
  return [`not one membership that all sides agree on: ${JSON.stringify(shown)}`];
}

function goneViolations({ masters, site }: World, resources: readonly StateEntry[]): string[] {
  const left = masters.flatMap((master) => master.members()).map(({ name }) => name);
  return resources.length === 0 && left.length === 0 && site.role === ""
    ? []
    : [
        `something is left: ${JSON.stringify({ state: resources.map(({ id }) => id), masters: left, site: site.role })}`,
      ];
}
