import {
  atMostOne,
  expected,
  formatPath,
  mapping,
  omitNullish,
  text,
  unknownKeyMessage,
  valueAt,
  withDefaults,
  withRules,
} from "@fedjoin/provider/internal/values";
import * as z from "zod";
import type { SchemaContext } from "./context";
import { inheritedDefaults, sharedDefaults } from "./defaults";
import { clusterProblem, apiServerOf } from "./kubernetes";
import { masterFacts, masterSchema } from "./master";
import { memberSchema, usesCluster } from "./member";
import { readMembersFile } from "./membersFile";
import { findDuplicateMemberships } from "./duplicateMemberships";
import { shardSchema, selectShard } from "./shard";
import type { Problem, RawMembers } from "./rawMembers";

export type Master<S> = z.output<ReturnType<typeof masterSchema<S>>>;
export type Member<S> = z.output<ReturnType<typeof memberSchema<S>>> & {
  /** The stack's name for the member's Kubernetes cluster. It stays the same while members come and go. */
  readonly clusterName: string;
  /** True if the kubeconfig is the member's own, false if it is in the defaults or kubectl's. */
  readonly hasOwnKubeconfig: boolean;
};

/** An environment: the master of its federation, and its members. */
export interface Environment<S> {
  readonly master: Master<S>;
  readonly members: readonly Member<S>[];
}

const memberOnly = z.undefined("belongs in each member").optional();
const onlyAuto = z.literal("auto", "belongs in each member, unless it is auto").optional();

const sections = withRules(
  mapping({
    master: z.unknown().optional(),
    shard: shardSchema.optional(),
    defaults: z
      .looseObject({ storeId: memberOnly, name: memberOnly, clusterUid: onlyAuto }, "expected a mapping")
      .optional(),
    members: z.array(z.unknown(), expected("a list")).optional(),
    membersFile: text.optional(),
  }),
  ...atMostOne("members", "membersFile"),
  [
    "members",
    "is required: the list of the federation's clusters, here or in a membersFile",
    ({ members, membersFile }) => (members ?? membersFile) !== undefined,
  ],
);

/** The top-level keys, in the order of their problems. */
export const sectionNames: readonly string[] = Object.keys(sections.shape);

/**
 * Checks and completes a stack configuration, or returns every problem, one line each such as
 * `members[3].jointRest.port: is required`, in the order of the configuration.
 *
 * If stacks share a list, each checks ownership and assignment for all its members, and the rest only for its own.
 * @param given The top-level keys.
 */
export function checkEnvironment<S>(
  given: Readonly<Record<string, unknown>>,
  ports: SchemaContext<S>,
): { readonly environment: Environment<S> } | { readonly problems: readonly string[] } {
  const raw = new Map(Object.entries(given).map(([section, value]) => [section, omitNullish(value)]));
  const [rawMaster, defaults] = [raw.get("master"), sharedDefaults(raw.get("defaults"))];
  const topLevel = sections.safeParse(Object.fromEntries(raw));
  const ofMaster = masterSchema(ports);
  const master = ofMaster.safeParse(rawMaster);
  const ofMember = memberSchema(ports, masterFacts(rawMaster));

  const list = readRawMembers(raw, ports, ofMember);
  const { section } = list;
  const written = list.members.map((member) => omitNullish(member));
  const merged = written.map((member) => withDefaults(inheritedDefaults(member, defaults), member));
  const shard = selectShard(shardSchema.optional().safeParse(raw.get("shard")).data, section, merged);
  const members = merged.map((member, index) =>
    shard.isTaken[index] === true ? ofMember.safeParse(member) : undefined,
  );

  /** The path as written: in the member, or in the defaults. */
  const origin = (index: number, path: readonly PropertyKey[]): readonly PropertyKey[] =>
    valueAt(written[index], path) === undefined && valueAt(defaults, path) !== undefined
      ? ["defaults", ...path]
      : [section, index, ...path];

  const problems = [
    ...problemsOf(topLevel, sections),
    ...problemsOf(master, ofMaster).map(({ path, message }) => ({ path: ["master", ...path], message })),
    ...list.problems,
    ...shard.problems,
    ...members.flatMap((member, index) =>
      member === undefined
        ? []
        : problemsOf(member, ofMember).map(({ path, message }) => ({ path: origin(index, path), message })),
    ),
    ...members.flatMap((member, index) => {
      const problem = member?.data && usesCluster(member.data) ? clusterProblem(member.data.kubernetes) : undefined;
      if (problem === undefined) return [];
      return [{ path: origin(index, ["kubernetes", problem.key]), message: problem.message }];
    }),
    ...findDuplicateMemberships(merged, rawMaster).map(({ member, path, first, message }) => ({
      path: [section, member, ...path],
      message: first === undefined ? message : `is also that of ${section}[${first}]: ${message}`,
    })),
  ];
  if (problems.length > 0 || !master.success) return { problems: formatProblems(problems, list) };
  const complete = members.flatMap((member, index) =>
    member?.data === undefined ? [] : [{ ...member.data, ...clusterIdentity(member.data, written[index]) }],
  );
  return { environment: { master: master.data, members: complete } };
}

/** The members as written; none if the list is missing or not a list, which is reported elsewhere. */
function readRawMembers<S>(
  raw: ReadonlyMap<string, unknown>,
  { readFile }: SchemaContext<S>,
  schema: z.core.$ZodType,
): RawMembers {
  const [members, file] = [raw.get("members"), raw.get("membersFile")];
  if (members === undefined && typeof file === "string") return readMembersFile(file, readFile, schema);
  return {
    section: "members",
    members: Array.isArray(members) ? members : [],
    problems: [],
    lineOf: () => undefined,
  };
}

function problemsOf({ error }: z.ZodSafeParseResult<unknown>, schema: z.core.$ZodType): Problem[] {
  return (error?.issues ?? []).flatMap((issue): Problem[] => {
    const { path } = issue;
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({ path: [...path, key], message: unknownKeyMessage(key, schema, path) }));
    }
    const [cause = issue] = issue.code === "invalid_key" ? issue.issues : [];
    return [{ path, message: cause.message }];
  });
}

/** The cluster's name: its API server if the kubeconfig is the member's own, else the context in the shared one. */
function clusterIdentity<S>({ storeId, kubernetes }: z.output<ReturnType<typeof memberSchema<S>>>, written: unknown) {
  const hasOwnKubeconfig = ["kubeconfig", "kubeconfigFile"].some(
    (key) => valueAt(written, ["kubernetes", key]) !== undefined,
  );
  const own = hasOwnKubeconfig ? (apiServerOf(kubernetes) ?? storeId) : undefined;
  return { clusterName: own ?? kubernetes.context ?? "default", hasOwnKubeconfig };
}

/** One line for each problem; a problem of a default is reported once. */
function formatProblems(problems: readonly Problem[], { lineOf }: RawMembers): string[] {
  const rank = ({ path: [section, index] }: Problem): readonly [number, number] => [
    sectionNames.indexOf(String(section)),
    typeof index === "number" ? index : -1,
  ];
  const sorted = problems.toSorted((a, b) => {
    const [sectionA, indexA] = rank(a);
    const [sectionB, indexB] = rank(b);
    return sectionA - sectionB || indexA - indexB;
  });
  const lineIn = ({ path: [section, index, ...path], line }: Problem) =>
    line ?? (section === "membersFile" && typeof index === "number" ? lineOf(index, path) : undefined);
  const formatted = sorted.map((problem) => {
    const line = lineIn(problem);
    return `${formatPath(problem.path)}: ${problem.message}${line === undefined ? "" : ` (line ${line})`}`;
  });
  return [...new Set(formatted)];
}
