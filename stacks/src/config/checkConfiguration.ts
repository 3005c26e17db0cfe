import { checkEnvironment, type Environment } from "./checkEnvironment";
import type { SchemaContext } from "./context";
import { isUnconfigured, type ConfigSections } from "./source";

/** Checks and completes a stack's configuration as `checkEnvironment` does, and reports misplaced keys first. */
export function checkConfiguration<S>(
  configured: ConfigSections,
  ports: SchemaContext<S>,
): { readonly environment: Environment<S> } | { readonly problems: readonly string[] } {
  const { sections, problems } = configured;
  if (isUnconfigured(configured)) {
    return { problems: ["expected fedjoin:master and fedjoin:members, but no key begins with fedjoin:"] };
  }
  const checked = checkEnvironment(sections, ports);
  if (problems.length === 0) return checked;
  return { problems: [...problems, ...("problems" in checked ? checked.problems : [])] };
}
