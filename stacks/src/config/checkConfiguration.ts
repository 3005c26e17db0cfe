import { checkEnvironment, type Environment } from "./checkEnvironment";
import type { SchemaContext } from "./context";
import type { ConfigSections } from "./source";

/** Checks and completes a stack's configuration as `checkEnvironment` does, and reports misplaced keys first. */
export function checkConfiguration<S>(
  { sections, problems }: ConfigSections,
  ports: SchemaContext<S>,
): { readonly environment: Environment<S> } | { readonly problems: readonly string[] } {
  const checked = checkEnvironment(sections, ports);
  if (problems.length === 0) return checked;
  return { problems: [...problems, ...("problems" in checked ? checked.problems : [])] };
}
