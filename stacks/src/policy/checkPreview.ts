import { findLeaves, type MembershipChange } from "@fedjoin/provider/internal/pulumi";
import * as z from "zod";
import { secretKeyNames } from "../config/jsonSchema";
import {
  plaintextSecrets,
  policyViolations,
  secretPlaceholder,
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

/** The output of `pulumi preview --json`. */
const preview = z.looseObject({
  config: properties.default({}),
  steps: z.array(step),
  diagnostics: z.array(z.looseObject({ severity: z.string(), message: z.string() })).default([]),
});

type Step = z.infer<typeof step>;
type ResourceStep = Step & { readonly newState: NonNullable<Step["newState"]> };

const kubernetesObject = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string().optional() }).catch({}),
});

export interface PreviewReport {
  /** Number of Kubernetes objects after the deployment, and of resources in all. */
  readonly objects: number;
  readonly resources: number;
  /** A line for each site that would leave its master, for good or to join again. */
  readonly leaves: readonly string[];
  /** A line for each violation. None quotes a secret. */
  readonly violations: readonly string[];
}

interface PreviewOptions extends PolicyOptions {
  /** How many memberships the deployment may end; default: none. */
  readonly maxLeaves?: number;
}

/**
 * Checks what a previewed deployment would leave behind, by every rule of docs/how-to/pipelines.md; `undefined` if
 * `text` is not a preview.
 */
export function checkPreview(text: string, options: PreviewOptions = {}): PreviewReport | undefined {
  const parsed = preview.safeParse(parseJson(text));
  if (!parsed.success || isDeeperThan(deepestPreview, parsed.data)) return undefined;
  const { config, steps, diagnostics } = parsed.data;
  // A replacement has several steps.
  const resources = [...new Map(steps.map((each) => [each.urn, each])).values()].filter(hasNewState);
  const objects = resources.flatMap(deployedObject);
  const leaves = (findLeaves(text)?.leaves ?? []).map(leaveLine);
  return {
    objects: objects.length,
    resources: resources.length,
    leaves,
    violations: [
      ...diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => `preview: ${message.trim()}`),
      ...configViolations(config, options),
      ...resources.flatMap((each) => resourceViolations(each, options)),
      ...policyViolations(objects, options),
      ...leaveViolations(leaves.length, options.maxLeaves ?? 0),
    ],
  };
}

/** No resource nests its properties nearly as deeply; the rules recurse into them. */
const deepestPreview = 200;

function isDeeperThan(depth: number, value: unknown): boolean {
  let level: unknown[] = [value];
  for (let at = 0; at < depth && level.length > 0; at++) {
    level = level.flatMap((each): unknown[] => (typeof each === "object" && each !== null ? Object.values(each) : []));
  }
  return level.length > 0;
}

function hasNewState(each: Step): each is ResourceStep {
  return each.newState !== undefined;
}

function leaveLine({ resource, text }: MembershipChange): string {
  return `FedJoin ${resource}: ${text}`;
}

function leaveViolations(leaves: number, maxLeaves: number): string[] {
  if (leaves <= maxLeaves) return [];
  const would = leaves === 1 ? "1 membership would end" : `${leaves} memberships would end`;
  return [`${would}, and --max-leaves allows ${maxLeaves}; for a planned removal pass --max-leaves ${leaves}`];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The Kubernetes object that a step makes or keeps. An object that is only read belongs to somebody else. */
function deployedObject({ op, newState }: ResourceStep): PolicyObject[] {
  if (op === "read" || !isKubernetes(newState)) return [];
  const parsed = kubernetesObject.safeParse(newState.inputs);
  return parsed.success ? [parsed.data] : [];
}

function isKubernetes({ type }: ResourceStep["newState"]): boolean {
  return type.startsWith("kubernetes:");
}

/** Mappings and lists come as JSON text. */
function configViolations(config: Readonly<Record<string, unknown>>, { secrets }: PolicyOptions): string[] {
  return Object.entries(config).flatMap(([key, value]) => {
    const parsed = (typeof value === "string" ? parseJson(value) : undefined) ?? value;
    const lines = [
      ...plaintextKeys({ [key.replace(/^.*:/, "")]: parsed }, "").map((path) => `${path} is not encrypted`),
      ...plaintextSecrets(JSON.stringify(parsed), secrets),
    ];
    return lines.map((line) => `configuration ${key}: ${line}`);
  });
}

function resourceViolations({ urn, newState }: ResourceStep, { secrets }: PolicyOptions): string[] {
  const { type, inputs, outputs } = newState;
  const lines = [
    ...plaintextKeys(inputs, "").map((path) => `input ${path} is not marked as a secret`),
    ...plaintextKeys(outputs, "").map((path) => `output ${path} is not marked as a secret`),
    // For Kubernetes objects the object rules check this: they know Secrets.
    ...(isKubernetes(newState) ? [] : plaintextSecrets(JSON.stringify({ inputs, outputs }), secrets)),
  ];
  return lines.map((line) => `${type.split(":").at(-1) ?? type} ${urn.split("::").at(-1) ?? urn}: ${line}`);
}

const secretKeys = new Set(secretKeyNames());

/** Paths of the keys that name a credential and have a readable text. */
function plaintextKeys(value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const innerPath = Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
    if (typeof inner !== "string") return plaintextKeys(inner, innerPath);
    const isExposed = secretKeys.has(key) && inner !== secretPlaceholder && !isKubeconfigPath(key, inner);
    return isExposed ? [innerPath] : [];
  });
}

/** A provider's `kubeconfig` can also be the path of a file, which is not a secret. */
function isKubeconfigPath(key: string, value: string): boolean {
  return key === "kubeconfig" && !/[\n{]/.test(value);
}
