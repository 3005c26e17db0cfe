import * as z from "zod";
import { ProgramError } from "../commandLine/commandLine";
import { parseFedJoinInputs, type FedJoinInputs } from "../resources/fedJoin/inputs";
import type { ResourceProps } from "../resources/shared/props";
import { omitNullish, valueAt } from "../values/mapping";
import { withDefaults } from "../values/withDefaults";
import { parseYaml } from "../values/yaml";
import { settingPlace } from "./settingPaths";
import { masterLabel } from "./observation/wantedMembership";
import { addressKey } from "../values/address";

/** A membership in the settings. */
export interface DeclaredMember {
  readonly inputs: FedJoinInputs;
  /** The merged inputs as written, to compare accounts without resolving them. */
  readonly rawInputs: ResourceProps;
  /** The place of a property in the file, such as `members[0].controller.tls.ca` for `controller.tls.ca`. */
  readonly placeOf: (property: string) => string;
}

/** Where a stack deploys an exporter, in the output of `fedjoin-joins`. */
const deployment = z.strictObject({
  storeId: z.string(),
  namespace: z.string(),
  createNamespace: z.boolean(),
  secrets: z.array(z.strictObject({ name: z.string(), use: z.string() })),
  kubeconfig: z.string().optional(),
  context: z.string().optional(),
});
export type Deployment = z.output<typeof deployment>;

export interface Settings {
  readonly members: readonly DeclaredMember[];
  readonly deployments: readonly Deployment[];
}

const mapping = z.record(z.string(), z.unknown(), "expected a mapping");

const membersExpected = {
  error: ({ input }: { readonly input?: unknown }) =>
    input === undefined || input === null ? "is required: a list with the inputs of each FedJoin" : "expected a list",
};

const document = z.strictObject(
  {
    master: mapping.optional(),
    defaults: mapping.optional(),
    members: z.array(mapping, membersExpected).min(1),
    deployments: z.array(deployment, "expected a list").default([]),
  },
  "expected a mapping with members",
);

type Document = z.output<typeof document>;

export interface Problems {
  readonly problems: readonly string[];
}

/** Reads memberships from YAML or JSON; returns every problem otherwise. No problem quotes a value. */
export function parseSettings(text: string): Settings | Problems {
  const yaml = parseYaml(text);
  return "problem" in yaml ? { problems: [`the text ${yaml.problem}`] } : checkSettings(yaml.value);
}

/** @throws ProgramError with every problem. */
export function requireValid<T extends object>(checked: T | Problems): T {
  if ("problems" in checked) throw new ProgramError(["the settings are wrong:", ...checked.problems].join("\n- "));
  return checked;
}

/** What the members of a master have in common. */
export type CommonSettings = z.output<typeof commonSettings>;

const commonSettings = z.strictObject({ master: mapping, defaults: mapping.default({}) }, "expected a mapping");

/** Reads settings without members from YAML or JSON. */
export function parseCommonSettings(text: string): CommonSettings | Problems {
  const yaml = parseYaml(text);
  if ("problem" in yaml) return { problems: [`the text ${yaml.problem}`] };
  const { data, error } = commonSettings.safeParse(yaml.value);
  return data ?? { problems: error.issues.flatMap(documentProblems) };
}

/** Checks settings as a file has them. */
export function checkSettings(settings: unknown): Settings | Problems {
  const { data, error } = document.safeParse(settings);
  if (data === undefined) return { problems: error.issues.flatMap(documentProblems) };
  const members: DeclaredMember[] = [];
  const problems = new Set<string>();
  for (const [index, own] of data.members.entries()) {
    const rawInputs = mergedMember(data, own);
    const checked = parseFedJoinInputs(rawInputs);
    if ("inputs" in checked) {
      const written = { own, defaults: data.defaults ?? {}, common: { master: data.master } };
      const placeOf = (property: string): string => settingPlace(written, index, property);
      members.push({ inputs: checked.inputs, rawInputs, placeOf });
    } else {
      for (const { property, reason } of checked.problems) {
        problems.add(`${problemPath(data, index, property)}: ${reason}`);
      }
    }
  }
  if (problems.size === 0) for (const problem of duplicates(members)) problems.add(problem);
  return problems.size === 0 ? { members, deployments: data.deployments } : { problems: [...problems] };
}

/** Merges the member over the defaults, and those over the common master. A key without a value counts as missing. */
function mergedMember({ master, defaults = {} }: Document, own: ResourceProps): ResourceProps {
  const common = withDefaults(omitNullish({ master }), omitNullish(defaults));
  return withDefaults(common, omitNullish(own)) as ResourceProps;
}

function documentProblems(issue: z.core.$ZodIssue): string[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => `${key}: no such setting`);
  const [first, index] = issue.path;
  const place = first === "members" && typeof index === "number" ? `members[${index}]` : String(first ?? "settings");
  return [`${place}: ${issue.code === "too_small" ? "expected at least one member" : issue.message}`];
}

/** Where the input is written: in the member, the defaults, or the common master. */
function problemPath({ master, defaults, members }: Document, index: number, property: string): string {
  const member = `members[${index}]`;
  if (property === "") return member;
  const path = property.split(".");
  if (valueAt(members[index], path) === undefined) {
    if (valueAt(defaults, path) !== undefined) return `defaults.${property}`;
    if (valueAt({ master }, path) !== undefined) return property;
  }
  return `${member}.${property}`;
}

/** Values that two members share although a site is a member once, and a name and an address belong to one member of a master. */
function duplicates(members: readonly DeclaredMember[]): string[] {
  const first = new Map<string, number>();
  return members.flatMap(({ inputs }, index) => {
    const { controller, jointRest, name } = inputs;
    const master = masterLabel(inputs);
    const claims: [string, string | undefined][] = [
      ["controller", controller && addressKey(controller)],
      ["jointRest", `${addressKey(jointRest)} at ${master}`],
      ["name", name && `${name} at ${master}`],
    ];
    return claims.flatMap(([property, value]) => {
      if (value === undefined) return [];
      const key = `${property} ${value}`;
      const before = first.get(key);
      if (before === undefined) first.set(key, index);
      return before === undefined ? [] : [`members[${index}].${property}: the same as members[${before}]'s`];
    });
  });
}
