import { stringify } from "yaml";
import { z } from "zod";
import type { CapturedObject, KubeObject } from "./captureObjects";
import { hasMark, type Marks } from "./stackFile";

/** A Secret that is not written, and that something else must provide. */
export interface WantedSecret {
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly string[];
}

export interface Manifests {
  /** Text by file name. */
  readonly files: ReadonlyMap<string, string>;
  readonly wanted: readonly WantedSecret[];
}

const texts = z.record(z.string(), z.string());

/**
 * One YAML file for each object, under a name that does not change with its content.
 * @param marks With them a Secret is written out, without them it is wanted of somebody else.
 * @throws Error when a secret is in anything but a Secret.
 */
export function manifestsOf(objects: readonly CapturedObject[], marks: Marks | undefined): Manifests {
  const files = new Map<string, string>();
  const wanted: WantedSecret[] = [];
  for (const { stableName, object } of objects) {
    if (object.kind === "Secret" && marks === undefined) wanted.push(wantedSecret(object));
    else {
      const written = object.kind === "Secret" && marks ? revealedSecret(object, marks) : withoutSecrets(object);
      files.set(`${object.kind.toLowerCase()}-${stableName}.yaml`, stringify(written, yamlOptions));
    }
  }
  return { files: new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1))), wanted };
}

const yamlOptions = { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false } as const;

function withoutSecrets(object: KubeObject): KubeObject {
  if (!hasMark(JSON.stringify(object))) return object;
  throw new Error(`a secret of the configuration would be in the clear in ${object.kind} ${object.metadata.name}`);
}

function wantedSecret({ metadata, stringData }: KubeObject): WantedSecret {
  const { namespace = "default" } = z.looseObject({ namespace: z.string().optional() }).parse(metadata);
  return { namespace, name: metadata.name, keys: Object.keys(texts.parse(stringData ?? {})).toSorted() };
}

/** It stays changeable: its name follows the ciphertexts, so a secret that is none can change under the same name. */
function revealedSecret(object: KubeObject, marks: Marks): KubeObject {
  const { stringData, ...rest } = object;
  const revealed = Object.entries(texts.parse(stringData ?? {})).map(([key, text]): [string, string] => [
    key,
    revealedText(text, marks, object),
  ]);
  return { ...rest, immutable: undefined, stringData: Object.fromEntries(revealed) };
}

function revealedText(text: string, marks: Marks, { metadata }: KubeObject): string {
  const revealed = marks.reveal(text) ?? text;
  if (hasMark(revealed)) throw new Error(`a value of Secret ${metadata.name} is not known`);
  return revealed;
}
