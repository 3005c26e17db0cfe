import { createHash } from "node:crypto";
import { parseDocument } from "yaml";
import { z } from "zod";

/** Where the project keeps a stack's file, from what Pulumi.yaml says. */
export function stackFilePath(project: string, stack: string): string {
  const { stackConfigDir } = z.object({ stackConfigDir: z.string().default(".") }).parse(parsed(project));
  return `${stackConfigDir}/Pulumi.${stack}.yaml`;
}

/** The `config` of a stack's file, each encrypted value still as `{ secure: ciphertext }`. @throws Error */
export function parseStackConfig(text: string): Readonly<Record<string, unknown>> {
  const file = z.object({ config: z.record(z.string(), z.unknown()).default({}) }).safeParse(parsed(text));
  if (!file.success) throw new Error("expected a mapping with config: in it");
  return file.data.config;
}

/** Repeats no line of the text: it may hold a secret. */
function parsed(text: string): unknown {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new Error(`no YAML at line ${error.linePos?.[0].line ?? 1}`);
  return document.toJS() ?? {};
}

const markBegin = "https://secret.invalid/";

/** A text that stands for a secret, and passes every check of a secret's form. */
export type SecretPlaceholder = string;

/**
 * Secrets by the marks that stand for them, so that objects are made, named and compared without one. A mark is made
 * from the ciphertext: it changes when the secret is set anew, and tells nothing about it.
 */
export interface SecretPlaceholders {
  /** The mark of a secret that stands in the configuration in the clear; a mark stays as it is. */
  readonly placeholderFor: (plain: string) => SecretPlaceholder;
  /** What a mark stands for; `undefined` for any other text, or where the secret is not known. */
  readonly reveal: (text: string) => string | undefined;
}

const encrypted = z.strictObject({ secure: z.string() });

/** The configuration with a mark in place of each encrypted value. */
export function withPlaceholders(value: unknown): unknown {
  const found = encrypted.safeParse(value);
  if (found.success) return `${markBegin}${digest(found.data.secure, 32)}`;
  if (Array.isArray(value)) return value.map(withPlaceholders);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withPlaceholders(inner)]));
}

/** @param decrypted The same configuration with its secrets in the clear, where they may be known. */
export function createPlaceholders(marked: unknown, decrypted: unknown): SecretPlaceholders {
  const plains = new Map<SecretPlaceholder, string>();
  collect(marked, decrypted, plains);
  let count = 0;
  return {
    placeholderFor: (plain) => {
      if (isMark(plain)) return plain;
      const mark = `${markBegin}plain-${++count}`;
      plains.set(mark, plain);
      return mark;
    },
    reveal: (text) => plains.get(text),
  };
}

function collect(marked: unknown, decrypted: unknown, plains: Map<SecretPlaceholder, string>): void {
  if (typeof marked === "string") {
    if (isMark(marked) && typeof decrypted === "string") plains.set(marked, decrypted);
  } else if (typeof marked === "object" && marked !== null && typeof decrypted === "object" && decrypted !== null) {
    for (const [key, inner] of Object.entries(marked)) collect(inner, Reflect.get(decrypted, key), plains);
  }
}

function isMark(text: string): boolean {
  return text.startsWith(markBegin);
}

/** True for text with a mark anywhere in it. */
export function hasPlaceholder(text: string): boolean {
  return text.includes(markBegin);
}

/** Eight characters for the content of an object. Which of the secrets in the clear a mark stands for does not count. */
export function contentSuffix(content: unknown): string {
  return digest(JSON.stringify(content).replaceAll(/\/plain-\d+/g, "/plain"), 8);
}

function digest(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}
