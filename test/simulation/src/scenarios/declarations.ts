import type { DeclaredFedJoin } from "../world/program";
import type { Stack } from "../world/stack";
import type { World } from "../world/world";
import type { Action, Plan } from "./plan";

/** Every site as a member of the first master. */
export function declareSites({ sites, route, token, passwords }: Plan): DeclaredFedJoin[] {
  return Array.from({ length: sites }, (_, index) => ({
    name: `u${index + 1}`,
    inputs: { storeId: `u${index + 1}`, site: `s${index + 1}.test`, master: "m1.test", route, token, passwords },
  }));
}

/**
 * What the program declares after a change of one of its FedJoins. A FedJoin with a change that no `up` carried out yet can
 * only be changed back: two changes in one `up` that do not go together have an error of their own.
 */
export function changeDeclaration(
  { declared, applied }: Pick<Stack, "declared" | "applied">,
  { change, site }: Action & { does: "declare" },
  { controllers }: World,
): readonly DeclaredFedJoin[] {
  const changed = declared[Math.min(site, declared.length - 1)];
  if (change === "revert" && applied.length > 0) return applied;
  if (changed === undefined || !applied.includes(changed)) return declared;
  const { name, inputs } = changed;
  const replaceBy = (next: DeclaredFedJoin): DeclaredFedJoin[] =>
    declared.map((each) => (each === changed ? next : each));
  switch (change) {
    case "rename":
      return replaceBy({
        name,
        inputs: { ...inputs, clusterName: inputs.clusterName?.endsWith("-1") === true ? `${name}-2` : `${name}-1` },
      });
    case "relabel":
      return replaceBy({ name: name.endsWith("x") ? name.slice(0, -1) : `${name}x`, inputs });
    case "move": {
      const { masterHosts } = controllers;
      const next = masterHosts[(masterHosts.indexOf(inputs.master) + 1) % masterHosts.length];
      return replaceBy({ name, inputs: { ...inputs, master: next ?? inputs.master } });
    }
    case "replace": {
      // The store got another cluster: one that no other FedJoin declares.
      const used = new Set([...declared, ...applied].map((each) => each.inputs.site));
      const free = controllers.siteHosts.find((host) => !used.has(host));
      return free === undefined
        ? declared
        : replaceBy({ name, inputs: { ...inputs, storeId: `${inputs.storeId}n`, site: free } });
    }
    case "remove":
      return declared.filter((each) => each !== changed);
    case "force_leave":
      return replaceBy({ name, inputs: { ...inputs, forceLeave: true } });
    case "revert":
      return declared;
  }
}
