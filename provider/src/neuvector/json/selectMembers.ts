import type { Utf8Builder } from "./utf8Builder";
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
} from "./scanner";

/** A member's key as it is written, from its first quote to its colon. */
interface KnownKey {
  /** In bytes. */
  readonly length: number;
  /** Four bytes each, as many as are whole. */
  readonly words: Int32Array;
  /** The last four bytes, which tell most keys apart. Of the empty key the first is the byte before it. */
  readonly last: number;
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

/** What is not JSON. */
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
  text: Utf8Builder,
): number {
  const { length } = bytes;
  const { order } = wanted;
  let next = 0;
  let hasMember = false;
  text.appendByte(openBrace);
  let at = spaceEnd(bytes, start + 1);
  if (bytes[at] === closeBrace) {
    text.appendByte(closeBrace);
    return at + 1;
  }
  while (at < length) {
    let index = next;
    let known = order[index];
    while (known !== undefined && !isAt(known, view, at)) known = order[++index];
    if (known === undefined) {
      const read = readKey(bytes, view, at, wanted.names);
      if (typeof read === "number") return read;
      known = read;
      index = next;
      if (order.length < mostKeys) order.splice(index, 0, known);
    }
    next = index + 1;
    const value = spaceEnd(bytes, at + known.length);
    if (value >= length) break;
    const end = valueEnd(bytes, view, value);
    if (end === incomplete) break;
    if (end === value) return malformed;
    if (known.isWanted) {
      if (hasMember) text.appendByte(comma);
      hasMember = true;
      text.append(bytes, at, end);
    }
    at = spaceEnd(bytes, end);
    if (bytes[at] === comma) {
      at = spaceEnd(bytes, at + 1);
    } else if (bytes[at] === closeBrace) {
      text.appendByte(closeBrace);
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
  return { ...wordsOf(view, at, atColon + 1), isWanted };
}

function wordsOf(view: DataView, from: number, to: number): Pick<KnownKey, "length" | "words" | "last"> {
  const length = to - from;
  const words = Int32Array.from({ length: length >> 2 }, (_, index) => view.getInt32(from + 4 * index, true));
  return { length, words, last: view.getInt32(to - 4, true) };
}

function isAt({ length, words, last }: KnownKey, view: DataView, at: number): boolean {
  const end = at + length;
  if (end > view.byteLength || view.getInt32(end - 4, true) !== last) return false;
  for (let index = 0; index < words.length; index++) {
    if (view.getInt32(at + 4 * index, true) !== words[index]) return false;
  }
  return true;
}
