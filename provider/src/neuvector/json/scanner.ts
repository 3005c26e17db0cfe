// Finds where tokens end in the bytes of a JSON text, without making values of them. These functions see every byte of
// the largest responses. They return an offset or one of these two:

/** The token continues beyond these bytes. */
export const incomplete = -1;
/** The text is not JSON. */
export const invalid = -2;

export const quote = 0x22;
export const comma = 0x2c;
const colon = 0x3a;
export const openBracket = 0x5b;
export const backslash = 0x5c;
export const closeBracket = 0x5d;
export const openBrace = 0x7b;
export const closeBrace = 0x7d;

/** Offset of the first byte from `at` on that is not white space. */
export function skipWhitespace(bytes: Uint8Array, at: number): number {
  const { length } = bytes;
  let end = at;
  for (; end < length; end++) {
    const byte = bytes[end];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
  }
  return end;
}

/**
 * Offset of the next item of a container, or of the container's closing bracket.
 * @param separator - what precedes an item: the opening bracket before the first one, a comma before the others
 */
export function skipSeparator(bytes: Uint8Array, at: number, separator: number, closing: number): number {
  const before = skipWhitespace(bytes, at);
  if (before === bytes.length) return incomplete;
  if (bytes[before] !== separator) return separator === comma && bytes[before] === closing ? before : invalid;
  const item = skipWhitespace(bytes, before + 1);
  if (item === bytes.length) return incomplete;
  return separator === comma && bytes[item] === closing ? invalid : item;
}

/** Offset after the key at `at`. */
export function skipKey(bytes: Uint8Array, at: number): number {
  return bytes[at] === quote ? skipString(bytes, at) : invalid;
}

/** Offset of the value that follows a key which ends at `at`. */
export function skipColon(bytes: Uint8Array, at: number): number {
  const before = skipWhitespace(bytes, at);
  if (before === bytes.length) return incomplete;
  if (bytes[before] !== colon) return invalid;
  const value = skipWhitespace(bytes, before + 1);
  return value === bytes.length ? incomplete : value;
}

/** Offset after the value at `at`. Inside a container only strings and brackets are checked. */
export function skipValue(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first === quote) return skipString(bytes, at);
  if (isOpening(first)) {
    const nesting = { depth: 0 };
    const end = skipContainers(bytes, at, nesting);
    if (nesting.depth > 0) return incomplete;
    return bytes[end - 1] === (first === openBrace ? closeBrace : closeBracket) ? end : invalid;
  }
  let end = at;
  while (end < bytes.length && isOfScalar(bytes[end] ?? 0)) end++;
  if (end === bytes.length) return incomplete;
  return end === at ? invalid : end;
}

/** Number of open containers. */
export interface Nesting {
  depth: number;
}

/**
 * Skips brackets and strings until no container is open. Returns the offset after the last one that is complete, and
 * leaves in `nesting` how many containers are still open there.
 */
export function skipContainers(bytes: Uint8Array, at: number, nesting: Nesting): number {
  const { length } = bytes;
  let { depth } = nesting;
  let end = at;
  while (end < length) {
    const byte = bytes[end];
    if (byte === quote) {
      const after = skipString(bytes, end);
      if (after === incomplete) break;
      end = after;
      continue;
    }
    end++;
    if (byte === openBrace || byte === openBracket) depth++;
    else if ((byte === closeBrace || byte === closeBracket) && --depth === 0) break;
  }
  nesting.depth = depth;
  return end;
}

export function isOpening(byte: number | undefined): boolean {
  return byte === openBrace || byte === openBracket;
}

/** Offset after the string at `at`. */
function skipString(bytes: Uint8Array, at: number): number {
  let end = skipPlainText(bytes, at + 1);
  while (bytes[end] === backslash) end = skipPlainText(bytes, end + 2);
  return end < bytes.length ? end + 1 : incomplete;
}

/** Offset of the next quote or backslash from `at` on, or of the end. */
export function skipPlainText(bytes: Uint8Array, at: number): number {
  const { length } = bytes;
  for (let end = at; end < length; end++) if (bytes[end] === quote || bytes[end] === backslash) return end;
  return length;
}

/** True for the characters of numbers, `true`, `false` and `null`. */
function isOfScalar(byte: number): boolean {
  return (byte > comma && byte < colon) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x2b || byte === 0x45;
}
