import { prune } from "../../../../provider/src/cli/commands/prune";
import { parseFedJoinInputs } from "../../../../provider/src/resources/fedJoin/inputs";
import type { Report } from "../../../../provider/src/cli/report";
import { lifecycleDeps } from "../world/fedJoinProvider";
import { fedJoinInputs } from "../world/program";
import { secretOf, type Stack, type StackRun } from "../world/stack";
import type { World } from "../world/world";

/** Runs `fedjoin prune` for the declarations of a stack: finds stale entries, then deletes all that it found. */
export async function runPrune({ name, declared }: Pick<Stack, "name" | "declared">, world: World): Promise<StackRun> {
  const prunes = declared.map(({ inputs }) => inputs.site);
  const process = world.spawn({ name: `prune-${name}`, command: "fedjoin prune --apply", prunes });
  const members = declared.map(({ inputs }) => {
    const rawInputs = fedJoinInputs(inputs, "", world);
    const parsed = parseFedJoinInputs(rawInputs);
    if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
    return { inputs: parsed.inputs, rawInputs, placeOf: (property: string) => property };
  });
  const how = await process.run(async () => {
    const deps = lifecycleDeps(process, secretOf(world));
    const list = await prune(members, { apply: false, ids: [], siteIsGone: false }, deps);
    const ids = staleIds(list);
    if (ids.length > 0) await prune(members, { apply: true, ids, siteIsGone: false }, deps);
    return { how: "succeeded", problems: [] };
  });
  return { how, errors: [] };
}

function staleIds({ json }: Report): string[] {
  const entries = json["staleEntries"];
  return Array.isArray(entries) ? entries.map((entry: { id?: unknown }) => String(entry.id)) : [];
}
