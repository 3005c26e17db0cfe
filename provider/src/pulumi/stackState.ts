import * as z from "zod";
import { NeuVectorError } from "../errors/neuVectorError";
import { fedJoinType } from "../resources/fedJoin/engineType";
import type { FedJoinInputs } from "../resources/fedJoin/inputs";
import { fromStored, type FedJoinOutputs } from "../resources/fedJoin/state";
import type { ResourceProps } from "../resources/shared/props";
import { parseJson } from "../neuvector/rest/response";
import { requireShallow } from "../values/mapping";
import { closedSecret, openSecret } from "./secretEnvelope";
import type { Address } from "../values/address";

/** A membership that a FedJoin of a stack owns. */
export interface StoredFedJoin {
  readonly stack: string;
  /** The cluster name under which it was created. */
  readonly id: string;
  readonly inputs: FedJoinInputs;
  readonly outputs: FedJoinOutputs;
  /** True if a replacement has left, but not joined again yet. */
  readonly isBeingReplaced: boolean;
}

/** A membership that an exporter of a stack creates by itself. */
export interface StoredExporter {
  readonly stack: string;
  readonly storeId: string;
  readonly name: string | undefined;
  readonly jointRest: Address;
}

export interface StackState {
  readonly joins: readonly StoredFedJoin[];
  readonly exporters: readonly StoredExporter[];
}

const values = z.record(z.string(), z.unknown());

const resource = z.object({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  inputs: values.optional(),
  outputs: values.optional(),
  pendingReplacement: z.boolean().optional(),
});

type Resource = z.infer<typeof resource>;

const exported = z.object({ deployment: z.object({ resources: z.array(resource).nullish() }).nullish() });

const exporterSettings = z.object({
  ENABLE_FED_JOIN: z.literal("true"),
  PAAS_STORE_ID: z.string(),
  JOIN_CLUSTER_NAME: z.string().optional(),
  JOINT_REST_SERVER: z.string(),
  JOINT_REST_PORT: z.coerce.number(),
});

/** The name of the stack in a URN, `urn:pulumi:STACK::PROJECT::TYPE::NAME`. */
function stackOf(urn: string): string {
  return urn.split("::", 1)[0]?.split(":")[2] ?? "";
}

/** The name of the resource in a URN; in a stack, the store id. */
export function resourceName(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/**
 * The memberships in the output of `pulumi stack export --show-secrets`: FedJoins, and exporters that join by themselves.
 * @throws NeuVectorError invalid_input, without quoting the text.
 */
export function parseStackState(text: string): StackState {
  const resources = parse(text).deployment?.resources ?? [];
  return {
    joins: resources.filter(({ type, id }) => type === fedJoinType && id !== undefined).map(ownedByPulumi),
    exporters: resources.filter(({ type }) => type === "kubernetes:core/v1:ConfigMap").flatMap(ownedByExporter),
  };
}

function parse(text: string): z.infer<typeof exported> {
  try {
    return exported.parse(JSON.parse(text));
  } catch {
    throw new NeuVectorError("invalid_input", "expected the output of pulumi stack export");
  }
}

function ownedByPulumi({ urn, id = "", outputs = {}, pendingReplacement }: Resource): StoredFedJoin {
  const stored = fromStored(plainValues(requireShallow(outputs)));
  return { stack: stackOf(urn), id, ...stored, isBeingReplaced: pendingReplacement === true };
}

function ownedByExporter({ urn, inputs = {} }: Resource): StoredExporter[] {
  const { data } = exporterSettings.safeParse(inputs["data"]);
  if (data === undefined) return [];
  const jointRest = { server: data.JOINT_REST_SERVER, port: data.JOINT_REST_PORT };
  return [{ stack: stackOf(urn), storeId: data.PAAS_STORE_ID, name: data.JOIN_CLUSTER_NAME, jointRest }];
}

function plainValues(stored: ResourceProps): ResourceProps {
  return Object.fromEntries(Object.entries(stored).map(([key, value]) => [key, plain(value)]));
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const { data: secret } = openSecret.safeParse(value);
  if (secret !== undefined) return plain(parsePlaintext(secret.plaintext));
  if (closedSecret.safeParse(value).success) {
    throw new NeuVectorError("invalid_input", "its secrets are encrypted", {
      hint: "Export it with --show-secrets, into a file that only you can read, or name the stack with --stack.",
    });
  }
  return plainValues(Object.fromEntries(Object.entries(value)));
}

/** Node's own error for a text that is not JSON quotes it, and this one is a secret. */
function parsePlaintext(text: string): unknown {
  const value = parseJson(text);
  if (value !== undefined) return requireShallow(value);
  throw new NeuVectorError("invalid_input", "a secret in it is not JSON");
}
