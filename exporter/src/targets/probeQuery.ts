/** Whom a probe names. */
export type ProbeTarget =
  | { readonly kind: "target"; readonly name: string; readonly module: string | undefined }
  | { readonly kind: "member"; readonly id: string; readonly module: string | undefined };

const known = ["target", "module", "collect[]", "exclude[]"];
const longest = 128;
const memberPrefix = "member:";

/** As a probe names a member, and as the label `target` does. */
export const memberName = (id: string): string => memberPrefix + id;

/** Whom the query of a probe names, or what is right where it is malformed. Looks nothing up. */
export function parseProbeQuery(query: URLSearchParams): ProbeTarget | { readonly refusal: string } {
  if ([...query.keys()].some((key) => !known.includes(key))) return { refusal: `parameters are ${known.join(", ")}` };
  if ([...query.values()].some((value) => value.length > longest)) {
    return { refusal: `a parameter has at most ${longest} characters` };
  }
  const [targets, modules] = [query.getAll("target"), query.getAll("module")];
  const [target = ""] = targets;
  const [module] = modules;
  if (targets.length !== 1 || target === "") return { refusal: "one parameter target is required" };
  if (modules.length > 1) return { refusal: "at most one parameter module is taken" };
  if (!target.startsWith(memberPrefix)) return { kind: "target", name: target, module };
  const id = target.slice(memberPrefix.length);
  if (!/^[A-Za-z0-9_-]+$/.test(id)) return { refusal: "target=member:<id> takes the id of a member, see /sd" };
  return { kind: "member", id, module };
}
