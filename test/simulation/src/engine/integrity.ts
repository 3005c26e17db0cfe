import type { StateResource } from "./state";
import type { Urn } from "./urn";

/** Why the engine refuses a state, if it does: everything must come after what it refers to, and a URN is there once. */
export function invalidity(resources: readonly StateResource[]): string | undefined {
  const seen = new Set<Urn>();
  const current = new Set<Urn>();
  for (const { urn, parent, dependencies, propertyDependencies, deletedWith, delete: isReplaced } of resources) {
    const needed = [...dependencies, ...Object.values(propertyDependencies).flat(), parent, deletedWith];
    const missing = needed.find((each) => each !== undefined && !seen.has(each));
    if (missing !== undefined) return `${urn} refers to ${missing}, which is not before it`;
    if (!isReplaced && current.has(urn)) return `duplicate resource ${urn} (not marked for deletion)`;
    seen.add(urn);
    if (!isReplaced) current.add(urn);
  }
  return undefined;
}
