/** What a probe asks for. */
export type ProbeTarget =
  | { readonly kind: "target"; readonly name: string; readonly module: string | undefined }
  | { readonly kind: "member"; readonly id: string; readonly module: string | undefined };

const known = ["target", "module", "collect[]", "exclude[]", "debug"];
const longest = 128;
const memberPrefix = "member:";

/** The name of a member in probes and in the label `target`. */
export const memberName = (id: string): string => memberPrefix + id;

/** Parses the query of a probe, or gives the problem. Resolves no names. */
export function parseProbeQuery(query: URLSearchParams): ProbeTarget | { readonly problem: string } {
  if ([...query.keys()].some((key) => !known.includes(key))) return { problem: `parameters are ${known.join(", ")}` };
  if ([...query.values()].some((value) => value.length > longest)) {
    return { problem: `a parameter has at most ${longest} characters` };
  }
  const [targets, modules] = [query.getAll("target"), query.getAll("module")];
  const [target = ""] = targets;
  const [module] = modules;
  if (targets.length !== 1 || target === "") return { problem: "one parameter target is required" };
  if (modules.length > 1) return { problem: "at most one parameter module is taken" };
  if (!target.startsWith(memberPrefix)) return { kind: "target", name: target, module };
  const id = target.slice(memberPrefix.length);
  if (!/^[A-Za-z0-9_-]+$/.test(id)) return { problem: "target=member:<id> takes the id of a member, see /sd" };
  return { kind: "member", id, module };
}
