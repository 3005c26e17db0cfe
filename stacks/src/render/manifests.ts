import { stringify } from "yaml";
import { z } from "zod";
import type { CapturedObject, KubeObject } from "./captureObjects";
import { requiredSecrets, type RequiredSecret } from "./requiredSecrets";
import { hasPlaceholder, type SecretPlaceholders } from "./stackFile";

export interface Manifests {
  /** Text by file name. */
  readonly files: ReadonlyMap<string, string>;
  readonly requiredSecrets: readonly RequiredSecret[];
}

const texts = z.record(z.string(), z.string());

/**
 * One YAML file for each object, under a name that does not change with its content.
 * @param marks With them a Secret is written out, without them it is wanted of somebody else, unless it is empty. What
 * a pod takes from a Secret that is none of these objects is wanted in either case.
 * @throws Error when a secret is in anything but a Secret.
 */
export function manifestsOf(objects: readonly CapturedObject[], marks: SecretPlaceholders | undefined): Manifests {
  const files = new Map<string, string>();
  const requiredSecrets: RequiredSecret[] = [];
  const own = new Set(
    objects.filter(({ object }) => object.kind === "Secret").map(({ object }) => object.metadata.name),
  );
  for (const { stableName, object } of objects) {
    requiredSecrets.push(...externalSecrets(object, own));
    if (object.kind === "Secret" && marks === undefined) requiredSecrets.push(...unwrittenSecret(object));
    else {
      const written = object.kind === "Secret" && marks ? revealSecret(object, marks) : assertNoSecret(object);
      const text = stringify(withoutPulumiAnnotations(written), yamlOptions);
      files.set(`${object.kind.toLowerCase()}-${stableName}.yaml`, text);
    }
  }
  return { files: new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1))), requiredSecrets };
}

const yamlOptions = { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false } as const;

/** They tell Pulumi how to deploy an object, and say nothing to anybody else. */
function withoutPulumiAnnotations({ metadata, ...rest }: KubeObject): KubeObject {
  const { annotations, ...others } = metadata;
  const kept = Object.entries(texts.parse(annotations ?? {})).filter(([key]) => !key.startsWith("pulumi.com/"));
  return { ...rest, metadata: { ...others, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) } };
}

function assertNoSecret(object: KubeObject): KubeObject {
  if (!hasPlaceholder(JSON.stringify(object))) return object;
  throw new Error(`a secret of the configuration would be in the clear in ${object.kind} ${object.metadata.name}`);
}

function unwrittenSecret({ metadata, stringData }: KubeObject): RequiredSecret[] {
  const keys = Object.keys(texts.parse(stringData ?? {})).toSorted();
  return keys.length === 0 ? [] : [{ namespace: namespaceOf(metadata), name: metadata.name, keys }];
}

function externalSecrets(object: KubeObject, own: ReadonlySet<string>): RequiredSecret[] {
  const namespace = namespaceOf(object.metadata);
  return requiredSecrets(object).flatMap((secret) => (own.has(secret.name) ? [] : [{ namespace, ...secret }]));
}

function namespaceOf(metadata: KubeObject["metadata"]): string {
  return z.looseObject({ namespace: z.string().default("default") }).parse(metadata).namespace;
}

/** It stays changeable: its name follows the ciphertexts, so a secret that is none can change under the same name. */
function revealSecret(object: KubeObject, marks: SecretPlaceholders): KubeObject {
  const { stringData, ...rest } = object;
  const revealed = Object.entries(texts.parse(stringData ?? {})).map(([key, text]): [string, string] => [
    key,
    revealText(text, marks, object),
  ]);
  return { ...rest, immutable: undefined, stringData: Object.fromEntries(revealed) };
}

function revealText(text: string, marks: SecretPlaceholders, { metadata }: KubeObject): string {
  const revealed = marks.reveal(text) ?? text;
  if (hasPlaceholder(revealed)) throw new Error(`a value of Secret ${metadata.name} is not known`);
  return revealed;
}
