import type { ByteText } from "../byteText";
import {
  closeBrace,
  colon,
  comma,
  incomplete,
  openBrace,
  quote,
  spaceEnd,
  stringEnd,
  textOf,
  valueEnd,
} from "./jsonBytes";

/** A member's key as it is written, from its first quote to its colon. */
interface KnownKey {
  readonly bytes: Uint8Array;
  readonly isWanted: boolean;
}

/** Which members of the objects of one array are wanted. */
export interface WantedMembers {
  readonly names: readonly string[];
  /**
   * Keys in the order in which objects have them. The controller writes those of a kind in one order and leaves some
   * out, so that each next key can be guessed, and a guess is cheaper than a look.
   */
  readonly order: KnownKey[];
}

export function wantedMembers(names: readonly string[]): WantedMembers {
  return { names, order: [] };
}

/** Keys that are remembered; of objects with more, the others are read each time. */
const mostKeys = 100;

/** What is no JSON. */
export const malformed = -2;

/**
 * Adds the object at `start` to `text`, with its wanted members alone, and gives the place after it; `incomplete` where
 * it does not end, `malformed` where it is no object. A key that is written with escapes counts as wanted, since only
 * a parser knows what it is.
 */
export function addMembers(
  bytes: Buffer,
  view: DataView,
  start: number,
  wanted: WantedMembers,
  text: ByteText,
): number {
  const { length } = bytes;
  const { order } = wanted;
  let next = 0;
  let hasMember = false;
  text.addByte(openBrace);
  let at = spaceEnd(bytes, start + 1);
  if (bytes[at] === closeBrace) {
    text.addByte(closeBrace);
    return at + 1;
  }
  while (at < length) {
    let index = next;
    let known = order[index];
    while (known !== undefined && !isAt(known.bytes, bytes, at)) known = order[++index];
    if (known === undefined) {
      const read = readKey(bytes, view, at, wanted.names);
      if (typeof read === "number") return read;
      known = read;
      index = next;
      if (order.length < mostKeys) order.splice(index, 0, known);
    }
    next = index + 1;
    const value = spaceEnd(bytes, at + known.bytes.length);
    if (value >= length) break;
    const end = valueEnd(bytes, view, value);
    if (end === incomplete) break;
    if (end === value) return malformed;
    if (known.isWanted) {
      if (hasMember) text.addByte(comma);
      hasMember = true;
      text.add(bytes, at, end);
    }
    at = spaceEnd(bytes, end);
    if (bytes[at] === comma) {
      at = spaceEnd(bytes, at + 1);
    } else if (bytes[at] === closeBrace) {
      text.addByte(closeBrace);
      return at + 1;
    } else if (at < length) {
      return malformed;
    }
  }
  return incomplete;
}

/** The key at `at`; `incomplete` or `malformed` where there is none. */
function readKey(bytes: Uint8Array, view: DataView, at: number, names: readonly string[]): KnownKey | number {
  if (bytes[at] !== quote) return malformed;
  const end = stringEnd(bytes, view, at + 1);
  if (end === incomplete) return incomplete;
  const atColon = spaceEnd(bytes, end);
  if (atColon >= bytes.length) return incomplete;
  if (bytes[atColon] !== colon) return malformed;
  const name = textOf(bytes, at + 1, end - 1);
  const isWanted = name.includes("\\") || names.includes(name);
  return { bytes: new Uint8Array(bytes.subarray(at, atColon + 1)), isWanted };
}

function isAt(known: Uint8Array, bytes: Uint8Array, at: number): boolean {
  // Backwards, since the colon and the quote tell that the length differs.
  for (let index = known.length - 1; index >= 0; index--) if (known[index] !== bytes[at + index]) return false;
  return true;
}
