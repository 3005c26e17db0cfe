import { createHash } from "node:crypto";
import * as z from "zod";

const prefix = "https://secret.invalid/";

/** A text that stands for a secret and passes every format check of secrets. */
export type SecretPlaceholder = string;

/**
 * Maps secrets to placeholders, so that objects can be created, named and compared without secrets. A placeholder is
 * derived from the ciphertext: it changes when the secret is set again, and reveals nothing about it.
 */
export interface SecretPlaceholders {
  /** The placeholder of a plaintext secret in the configuration; a placeholder is returned unchanged. */
  readonly placeholderFor: (plain: string) => SecretPlaceholder;
  /** The secret behind a placeholder; `undefined` for other texts, or if the secret is unknown. */
  readonly reveal: (text: string) => string | undefined;
}

const encrypted = z.strictObject({ secure: z.string() });

/** Replaces each encrypted value of the configuration by a placeholder. */
export function withPlaceholders(value: unknown): unknown {
  const found = encrypted.safeParse(value);
  if (found.success) return `${prefix}${digest(found.data.secure, 32)}`;
  if (Array.isArray(value)) return value.map(withPlaceholders);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withPlaceholders(inner)]));
}

/** @param decrypted The same configuration with decrypted secrets, if they may be known. */
export function createPlaceholders(marked: unknown, decrypted: unknown): SecretPlaceholders {
  const plains = new Map<SecretPlaceholder, string>();
  collect(marked, decrypted, plains);
  let count = 0;
  return {
    placeholderFor: (plain) => {
      if (isPlaceholder(plain)) return plain;
      const placeholder = `${prefix}plain-${++count}`;
      plains.set(placeholder, plain);
      return placeholder;
    },
    reveal: (text) => plains.get(text),
  };
}

function collect(marked: unknown, decrypted: unknown, plains: Map<SecretPlaceholder, string>): void {
  if (typeof marked === "string") {
    if (isPlaceholder(marked) && typeof decrypted === "string") plains.set(marked, decrypted);
  } else if (typeof marked === "object" && marked !== null && typeof decrypted === "object" && decrypted !== null) {
    for (const [key, inner] of Object.entries(marked)) collect(inner, Reflect.get(decrypted, key), plains);
  }
}

function isPlaceholder(text: string): boolean {
  return text.startsWith(prefix);
}

/** True for text that contains a placeholder. */
export function hasPlaceholder(text: string): boolean {
  return text.includes(prefix);
}

/** Eight characters that identify the content of an object. The number of a plaintext secret's placeholder is ignored. */
export function contentSuffix(content: unknown): string {
  return digest(JSON.stringify(content).replaceAll(/\/plain-\d+/g, "/plain"), 8);
}

function digest(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}
