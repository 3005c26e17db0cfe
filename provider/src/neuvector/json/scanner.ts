export const quote = 0x22;
export const comma = 0x2c;
export const colon = 0x3a;
export const openBracket = 0x5b;
const backslash = 0x5c;
export const closeBracket = 0x5d;
export const openBrace = 0x7b;
export const closeBrace = 0x7d;
const plus = 0x2b;
const space = 0x20;
/** Sets the bit in which a bracket differs from a brace. */
const asBrace = 0x20;
const fourQuotes = 0x22222222;

/** How many containers are open. */
export interface Level {
  open: number;
}

/** Not complete in the bytes so far. */
export const incomplete = -1;

// Everything here works on bytes of a JSON text and a view of the same bytes: it sees each byte of the largest answers.

/** A view of the same bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

export function textOf(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.subarray(from, to)).toString();
}

/** The place of the first byte from `at` on that is no white space; the length where there is none. */
export function spaceEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end < bytes.length && isSpace(bytes[end] ?? 0)) end++;
  return end;
}

/** The place after the quote that ends the string whose first character is at `at`; below 0 where it does not end. */
export function stringEnd(bytes: Uint8Array, view: DataView, at: number): number {
  const { length } = bytes;
  let end = at;
  for (;;) {
    // Four bytes at once: a bit stays set where one of them became 0.
    while (end + 4 <= length) {
      const four = view.getInt32(end, true) ^ fourQuotes;
      if (((four - 0x01010101) & ~four & 0x80808080) !== 0) break;
      end += 4;
    }
    while (end < length && bytes[end] !== quote) end++;
    if (end >= length) return incomplete;
    if (bytes[end - 1] !== backslash || !isEscaped(bytes, at, end)) return end + 1;
    end++;
  }
}

/** Whether an odd number of backslashes stands before `at`, in a string that begins at `from`. */
function isEscaped(bytes: Uint8Array, from: number, at: number): boolean {
  let first = at;
  while (first > from && bytes[first - 1] === backslash) first--;
  return (at - first) % 2 === 1;
}

/**
 * Passes brackets and strings until no container is open any more, and gives the place after that. Where the bytes end
 * earlier it gives the place after the last whole string or bracket, and `level` says how many containers are open.
 */
export function passContainers(bytes: Uint8Array, view: DataView, start: number, level: Level): number {
  const { length } = bytes;
  let { open } = level;
  let at = start;
  while (at < length) {
    const byte = bytes[at] ?? 0;
    if (byte > comma && byte < openBracket) {
      at++;
    } else if (byte === quote) {
      const end = stringEnd(bytes, view, at + 1);
      if (end === incomplete) break;
      at = end;
    } else {
      at++;
      if ((byte | asBrace) === openBrace) open++;
      else if ((byte | asBrace) === closeBrace && --open === 0) break;
    }
  }
  level.open = open;
  return at;
}

/** Made once and not for each container, of which there are a hundred thousand. */
const inner: Level = { open: 0 };

/**
 * The place after the value that begins at `at`; below 0 where the bytes end before it is seen to be complete, and `at`
 * itself where no value can begin. Of a container only strings and brackets are looked at.
 */
export function valueEnd(bytes: Uint8Array, view: DataView, at: number): number {
  const first = bytes[at] ?? 0;
  if (first === quote) return stringEnd(bytes, view, at + 1);
  if ((first | asBrace) === openBrace) return containerEnd(bytes, view, at, first);
  let end = at;
  while (end < bytes.length && isOfScalar(bytes[end] ?? 0)) end++;
  return end < bytes.length ? end : incomplete;
}

function containerEnd(bytes: Uint8Array, view: DataView, at: number, opening: number): number {
  inner.open = 0;
  const end = passContainers(bytes, view, at, inner);
  if (inner.open > 0) return incomplete;
  // "]" follows "[", and "}" follows "{", at the same distance.
  return bytes[end - 1] === opening + closeBracket - openBracket ? end : at;
}

/** Numbers, true, false and null have no others. */
function isOfScalar(byte: number): boolean {
  return (byte > comma || byte === plus) && byte !== colon && byte !== closeBracket && byte !== closeBrace;
}

function isSpace(byte: number): boolean {
  return byte <= space && (byte === space || byte === 0x0a || byte === 0x0d || byte === 0x09);
}
