import { unknownKey } from "@fedjoin/provider";
import { z } from "zod";
import type { LeafPorts } from "./connection";
import { has, sharedOf, withDefaults, withoutNulls } from "./defaults";
import { expected, mapping } from "./leaves";
import { masterFacts, masterSchema } from "./master";
import { memberSchema } from "./member";
import { findSharedMemberships } from "./owners";

export type Master<S> = z.output<ReturnType<typeof masterSchema<S>>>;
export type Member<S> = z.output<ReturnType<typeof memberSchema<S>>> & {
  /**
   * What the stack calls the member's Kubernetes cluster. It lasts while members come and go: the engine replaces every
   * object whose provider changes its name.
   */
  readonly clusterName: string;
};

/** An environment: the master of its federation, and the clusters with everything that concerns them. */
export interface Environment<S> {
  readonly master: Master<S>;
  readonly members: readonly Member<S>[];
}

/** One thing wrong: where, and what. Never repeats a value. */
interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const perMember = z.undefined("belongs into each member").optional();
const autoOnly = z.literal("auto", "belongs into each member, unless it is auto").optional();

const sections = mapping({
  master: z.unknown().optional(),
  defaults: z
    .looseObject({ storeId: perMember, name: perMember, clusterUid: autoOnly }, "expected a mapping")
    .optional(),
  members: z.array(z.unknown(), expected("a list")),
});

/**
 * The stack configuration checked and complete, or every problem in it, one line each such as
 * `members[3].jointRest.port: is required`, in the order of the configuration.
 * `given` holds its top-level keys: master, defaults, members.
 */
export function checkEnvironment<S>(
  given: Readonly<Record<string, unknown>>,
  ports: LeafPorts<S>,
): { readonly environment: Environment<S> } | { readonly problems: readonly string[] } {
  const raw = new Map(Object.entries(given).map(([section, value]) => [section, withoutNulls(value)]));
  const [rawMaster, list, defaults] = [raw.get("master"), raw.get("members"), sharedOf(raw.get("defaults"))];
  const written: readonly unknown[] = Array.isArray(list) ? list : [];
  const merged = written.map((member) => withDefaults(defaults, member));

  const topLevel = sections.safeParse(Object.fromEntries(raw));
  const ofMaster = masterSchema(ports);
  const master = ofMaster.safeParse(rawMaster);
  const ofMember = memberSchema(ports, masterFacts(rawMaster));
  const members = merged.map((member) => ofMember.safeParse(member));

  /** Where it was written: in the member, or in the defaults that it takes over. */
  const origin = (index: number, path: readonly PropertyKey[]): readonly PropertyKey[] =>
    !has(written[index], path) && has(defaults, path) ? ["defaults", ...path] : ["members", index, ...path];

  const problems = [
    ...problemsOf(topLevel, sections),
    ...problemsOf(master, ofMaster).map(({ path, message }) => ({ path: ["master", ...path], message })),
    ...members.flatMap((member, index) =>
      problemsOf(member, ofMember).map(({ path, message }) => ({ path: origin(index, path), message })),
    ),
    ...findSharedMemberships(merged).map(({ member, path, message }) => ({
      path: ["members", member, ...path],
      message,
    })),
  ];
  if (problems.length > 0 || !master.success) return { problems: inOrder(problems) };
  const complete = members.flatMap(({ data }, index) =>
    data === undefined ? [] : [{ ...data, clusterName: clusterNameOf(data, written[index]) }],
  );
  return { environment: { master: master.data, members: complete } };
}

function problemsOf({ error }: z.ZodSafeParseResult<unknown>, schema: z.core.$ZodType): Problem[] {
  return (error?.issues ?? []).flatMap((issue): Problem[] => {
    const { path } = issue;
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, schema, path) }));
    }
    const [cause = issue] = issue.code === "invalid_key" ? issue.issues : [];
    return [{ path, message: cause.message }];
  });
}

/** After the store, if the kubeconfig is its own, else after the context in the one they share. */
function clusterNameOf<S>({ storeId, kubernetes }: z.output<ReturnType<typeof memberSchema<S>>>, written: unknown) {
  const isOwn = ["kubeconfig", "kubeconfigFile"].some((key) => has(written, ["kubernetes", key]));
  return isOwn ? storeId : (kubernetes.context ?? "default");
}

const order = ["master", "defaults", "members"];

/** One line each, the same problem of an inherited default once. */
function inOrder(problems: readonly Problem[]): string[] {
  const rank = ({ path: [section, index] }: Problem): readonly [number, number] => [
    order.indexOf(String(section)),
    typeof index === "number" ? index : -1,
  ];
  const sorted = problems.toSorted((a, b) => {
    const [sectionA, indexA] = rank(a);
    const [sectionB, indexB] = rank(b);
    return sectionA - sectionB || indexA - indexB;
  });
  return [...new Set(sorted.map(({ path, message }) => `${formatPath(path)}: ${message}`))];
}

function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`))
    .join("");
}
