import {
  backslash,
  closeBrace,
  comma,
  incomplete,
  invalid,
  openBrace,
  quote,
  skipColon,
  skipKey,
  skipPlainText,
  skipSeparator,
  skipValue,
} from "./scanner";

/** JSON text in the making, at the start of a buffer that grows as needed. */
export interface JsonOutput {
  bytes: Buffer;
  length: number;
}

function reserve(output: JsonOutput, count: number): void {
  const needed = output.length + count;
  if (needed <= output.bytes.length) return;
  const larger = Buffer.allocUnsafeSlow(2 * needed);
  output.bytes.copy(larger, 0, 0, output.length);
  output.bytes = larger;
}

export function appendByte(output: JsonOutput, byte: number): void {
  reserve(output, 1);
  output.bytes[output.length++] = byte;
}

/** Appends the bytes from `from` to `to`. */
export function append(output: JsonOutput, bytes: Uint8Array, from: number, to: number): void {
  reserve(output, to - from);
  const target = output.bytes;
  let { length } = output;
  // Most ranges are short: for them a loop is faster than a call of `copy`.
  for (let at = from; at < to; at++) target[length++] = bytes[at] ?? 0;
  output.length = length;
}

/** Keys as JSON text writes them, in quotes, by their length in bytes: most other keys differ in length already. */
export type KeysByLength = readonly (readonly Uint8Array[] | undefined)[];

export function keysByLength(names: readonly string[]): KeysByLength {
  const keys: Uint8Array[][] = [];
  for (const name of names) {
    const key = Buffer.from(JSON.stringify(name));
    (keys[key.length] ??= []).push(key);
  }
  return keys;
}

/**
 * Appends the object at `start`, with the members of these keys only. Returns the offset after the object, or
 * `incomplete` or `invalid`. Keeps every key that contains an escape, since only a parser knows which key that is.
 */
export function selectMembers(bytes: Uint8Array, start: number, keys: KeysByLength, output: JsonOutput): number {
  appendByte(output, openBrace);
  let at = start;
  for (let separator = openBrace; ; separator = comma) {
    const key = skipSeparator(bytes, at, separator, closeBrace);
    if (key < 0) return key;
    if (bytes[key] === closeBrace) {
      appendByte(output, closeBrace);
      return key + 1;
    }
    if (bytes[key] !== quote) return invalid;
    const plainEnd = skipPlainText(bytes, key + 1);
    const isEscaped = bytes[plainEnd] === backslash;
    const keyEnd = isEscaped ? skipKey(bytes, key) : plainEnd + 1;
    if (keyEnd < 0 || keyEnd > bytes.length) return incomplete;
    const value = skipColon(bytes, keyEnd);
    if (value < 0) return value;
    at = skipValue(bytes, value);
    if (at < 0) return at;
    if (isEscaped || isOneOf(keys[keyEnd - key], bytes, key)) {
      if (output.bytes[output.length - 1] !== openBrace) appendByte(output, comma);
      append(output, bytes, key, at);
    }
  }
}

function isOneOf(keys: readonly Uint8Array[] | undefined, bytes: Uint8Array, at: number): boolean {
  if (keys !== undefined) for (const key of keys) if (isAt(bytes, at, key)) return true;
  return false;
}

function isAt(bytes: Uint8Array, at: number, key: Uint8Array): boolean {
  for (let index = 0; index < key.length; index++) if (bytes[at + index] !== key[index]) return false;
  return true;
}
