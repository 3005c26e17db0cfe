import { stringify } from "yaml";
import * as z from "zod";
import type { CapturedObject, KubeObject } from "./captureObjects";
import { requiredSecrets, type RequiredSecret } from "./requiredSecrets";
import { hasPlaceholder, type SecretPlaceholders } from "./secretPlaceholders";

export interface Manifests {
  /** Text by file name. */
  readonly files: ReadonlyMap<string, string>;
  readonly requiredSecrets: readonly RequiredSecret[];
}

const texts = z.record(z.string(), z.string());

/**
 * One YAML file per object, under a name that does not depend on its content.
 * @param placeholders If given, Secrets are written. Otherwise those with content are required from somebody else, as
 * are, in any case, the Secrets that pods use and that are not among the objects.
 * @throws Error if an object other than a Secret contains a secret.
 */
export function manifestsOf(
  objects: readonly CapturedObject[],
  placeholders: SecretPlaceholders | undefined,
): Manifests {
  const files = new Map<string, string>();
  const requiredSecrets: RequiredSecret[] = [];
  const own = new Set(
    objects.filter(({ object }) => object.kind === "Secret").map(({ object }) => object.metadata.name),
  );
  for (const { stableName, object } of objects) {
    requiredSecrets.push(...externalSecrets(object, own));
    if (object.kind === "Secret" && placeholders === undefined) requiredSecrets.push(...unwrittenSecret(object));
    else {
      const written =
        object.kind === "Secret" && placeholders ? revealSecret(object, placeholders) : assertNoSecret(object);
      const text = stringify(withoutPulumiAnnotations(written), yamlOptions);
      files.set(`${object.kind.toLowerCase()}-${stableName}.yaml`, text);
    }
  }
  return { files: new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1))), requiredSecrets };
}

const yamlOptions = { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false } as const;

/** Removes annotations that only Pulumi reads. */
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

/** Reveals a Secret and leaves it mutable: its name follows the ciphertexts, so unencrypted values can change without it. */
function revealSecret(object: KubeObject, placeholders: SecretPlaceholders): KubeObject {
  const { stringData, ...rest } = object;
  const revealed = Object.entries(texts.parse(stringData ?? {})).map(([key, text]): [string, string] => [
    key,
    revealText(text, placeholders, object),
  ]);
  return { ...rest, immutable: undefined, stringData: Object.fromEntries(revealed) };
}

function revealText(text: string, placeholders: SecretPlaceholders, { metadata }: KubeObject): string {
  const revealed = placeholders.reveal(text) ?? text;
  if (hasPlaceholder(revealed)) throw new Error(`a value of Secret ${metadata.name} is not known`);
  return revealed;
}
