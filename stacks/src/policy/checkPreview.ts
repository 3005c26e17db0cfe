import { findLeaves, type MembershipChange } from "@fedjoin/provider/pulumi";
import { z } from "zod";
import { secretKeyNames } from "../config/jsonSchema";
import {
  secretPlaceholder,
  policyViolations,
  plaintextSecrets,
  type PolicyObject,
  type PolicyOptions,
} from "./objectRules";

const properties = z.record(z.string(), z.unknown());

const step = z.looseObject({
  op: z.string(),
  urn: z.string(),
  newState: z
    .looseObject({ type: z.string(), inputs: properties.default({}), outputs: properties.default({}) })
    .optional(),
});

/** What `pulumi preview --json` writes. */
const preview = z.looseObject({
  config: properties.default({}),
  steps: z.array(step),
  diagnostics: z.array(z.looseObject({ severity: z.string(), message: z.string() })).default([]),
});

type Step = z.infer<typeof step>;
type Resource = Step & { readonly newState: NonNullable<Step["newState"]> };

function remains(each: Step): each is Resource {
  return each.newState !== undefined;
}

const object = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string().optional() }).catch({}),
});

export interface PreviewReport {
  /** How many Kubernetes objects there are after the preview's `up`, and how many resources in all. */
  readonly objects: number;
  readonly resources: number;
  /** A line for each site that would leave its master, for good or to join again. */
  readonly leaves: readonly string[];
  /** A line for each rule that is broken; none repeats a secret. */
  readonly violations: readonly string[];
}

interface PreviewOptions extends PolicyOptions {
  /** How many memberships the deployment may end; none by default. */
  readonly maxLeaves?: number;
}

/** What a preview would leave behind, judged by every rule of docs/how-to/pipelines.md. `undefined` for anything but a preview. */
export function checkPreview(text: string, options: PreviewOptions = {}): PreviewReport | undefined {
  const parsed = preview.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const { config, steps, diagnostics } = parsed.data;
  // A replacement comes as several steps.
  const resources = [...new Map(steps.map((each) => [each.urn, each])).values()].filter(remains);
  const objects = resources.flatMap(objectOf);
  const leaves = (findLeaves(text)?.leaves ?? []).map(leaveLine);
  return {
    objects: objects.length,
    resources: resources.length,
    leaves,
    violations: [
      ...diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => `preview: ${message.trim()}`),
      ...ofConfig(config, options),
      ...resources.flatMap((each) => ofResource(each, options)),
      ...policyViolations(objects, options),
      ...tooManyLeaves(leaves, options.maxLeaves ?? 0),
    ],
  };
}

function leaveLine({ resource, text }: MembershipChange): string {
  return `FedJoin ${resource}: ${text}`;
}

function tooManyLeaves(leaves: readonly string[], maxLeaves: number): string[] {
  if (leaves.length <= maxLeaves) return [];
  const would = leaves.length === 1 ? "1 membership would end" : `${leaves.length} memberships would end`;
  return [`${would}, and --max-leaves allows ${maxLeaves}; for a planned removal pass --max-leaves ${leaves.length}`];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The Kubernetes object that a step makes or keeps. One that is only read belongs to somebody else. */
function objectOf({ op, newState }: Resource): PolicyObject[] {
  if (op === "read" || !newState.type.startsWith("kubernetes:")) return [];
  const found = object.safeParse(newState.inputs);
  return found.success ? [found.data] : [];
}

/** Mappings and lists come as JSON text. */
function ofConfig(config: Readonly<Record<string, unknown>>, { secrets }: PolicyOptions): string[] {
  return Object.entries(config).flatMap(([key, value]) => {
    const shown = (typeof value === "string" ? jsonOf(value) : undefined) ?? value;
    const found = [
      ...plainKeys({ [key.replace(/^.*:/, "")]: shown }, "").map((path) => `${path} is not encrypted`),
      ...plaintextSecrets(JSON.stringify(shown), secrets),
    ];
    return found.map((line) => `configuration ${key}: ${line}`);
  });
}

function ofResource({ urn, newState }: Resource, { secrets }: PolicyOptions): string[] {
  const { type, inputs, outputs } = newState;
  const isObject = type.startsWith("kubernetes:");
  const found = [
    ...plainKeys(inputs, "").map((path) => `input ${path} is not marked as a secret`),
    ...plainKeys(outputs, "").map((path) => `output ${path} is not marked as a secret`),
    // Objects have a rule for that, which knows Secrets.
    ...(isObject ? [] : plaintextSecrets(JSON.stringify({ inputs, outputs }), secrets)),
  ];
  return found.map((line) => `${type.split(":").at(-1) ?? type} ${urn.split("::").at(-1) ?? urn}: ${line}`);
}

const secretKeys = new Set(secretKeyNames());

/** Where a key that names a credential has a text that anybody may read. */
function plainKeys(value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  const name = (key: string) => (Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`);
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === "string"
      ? secretKeys.has(key) && inner !== secretPlaceholder && !isPathOfKubeconfig(key, inner)
        ? [name(key)]
        : []
      : plainKeys(inner, name(key)),
  );
}

/** A provider's `kubeconfig` is a file's path too, which is no secret. */
function isPathOfKubeconfig(key: string, value: string): boolean {
  return key === "kubeconfig" && !/[\n{]/.test(value);
}
