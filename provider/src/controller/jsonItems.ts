import { NeuVectorError } from "../errors";
import { parseJson, unexpectedField } from "./wire";

/** Reads the elements of some arrays of a JSON object while its text arrives, without ever holding the whole of it. */
export interface ItemReader {
  /** Takes the next bytes of the text, cut anywhere. */
  push(chunk: Uint8Array): void;
  /** Says that the text is complete. */
  end(): void;
}

/** Gets the next elements of one array, in order, as `JSON.parse` gives them. */
export type TakeItems = (items: readonly unknown[]) => void;

/** What is wanted of an array. */
export interface WantedItems {
  readonly take: TakeItems;
  /** Members that elements are to have, where they are objects; others are passed over unread, which is what makes the reader fast. All unless told. */
  readonly keys?: readonly string[] | undefined;
}

export interface ItemSizes {
  /** Bytes of whole elements, without what is passed over, that are parsed at once; more only where one element is longer. */
  readonly batchBytes: number;
  /** Longest element. */
  readonly elementBytes: number;
}

const defaultSizes: ItemSizes = { batchBytes: 256 * 1024, elementBytes: 4 * 1024 * 1024 };

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const letterN = 0x6e;
const openBrace = 0x7b;
const closeBrace = 0x7d;
/** Sets the bit in which a bracket differs from a brace. */
const asBrace = 0x20;
const nullText = [0x6e, 0x75, 0x6c, 0x6c];

/** What the next byte may be. `inside` is a string or container of the object, whether wanted or skipped. */
type Place =
  "start" | "first key" | "key" | "in key" | "colon" | "value" | "inside" | "scalar" | "null" | "after value" | "done";

/** Where in an element whose members are chosen; `none` for any other. */
type Member = "none" | "first" | "next" | "in key" | "in value";

/** Levels of containers: the wanted array, and its elements. */
const inArray = 1;
const inElement = 2;

/**
 * A reader of the object that `what` answers; `wanted` gets the elements of the arrays of these names. A missing array
 * and null count as empty. Of all other values only the strings and brackets are looked at.
 * @throws NeuVectorError unexpected_reply, from `push` and `end`: no JSON object, cut short, a wanted value that is no
 * array, or an element that is too long.
 */
export function createItemReader(
  what: string,
  wanted: Readonly<Record<string, WantedItems>>,
  { batchBytes, elementBytes }: ItemSizes = defaultSizes,
): ItemReader {
  const arrays = new Map(
    Object.entries(wanted).map(([name, { take, keys }]) => [name, { take, isKey: isOneOf(keys) }]),
  );
  let place: Place = "start";
  /** Open containers inside the current value. */
  let depth = 0;
  let isInString = false;
  let isEscaped = false;
  let opening = openBrace;
  let nullLength = 0;
  let key = "";
  let array: { readonly take: TakeItems; readonly isKey: IsKey | undefined } | undefined;
  /** The text that is to be parsed: the current key, or the wanted parts of the current batch. */
  const text = createText();
  /** Where in the current chunk begins what still has to be added to the text; below 0 when nothing has. */
  let from = -1;
  /** Where the current element began, counted as `from`; below 0 in an earlier chunk. */
  let elementFrom = 0;
  let isAfterComma = false;
  let member: Member = "none";
  let hasMember = false;
  /** How long the text was before the current member's key, and where in it that key begins. */
  let beforeMember = 0;

  const fail = (how: string): NeuVectorError => new NeuVectorError("unexpected_reply", `${what} answered ${how}`);
  const noJson = (): NeuVectorError => fail("text that is not a JSON object");
  const tooLong = (): NeuVectorError => fail(`an element of more than ${elementBytes} bytes (field ${key})`);

  const addUpTo = (chunk: Uint8Array, to: number): void => {
    if (from >= 0) text.add(chunk, from, to);
    from = -1;
  };

  const keep = (chunk: Uint8Array): void => {
    if (chunk.length - elementFrom > elementBytes) throw tooLong();
    elementFrom -= chunk.length;
    if (from < 0) return;
    addUpTo(chunk, chunk.length);
    from = 0;
  };

  const handOut = (isEnd: boolean): void => {
    const items = parseJson(`[${text.take()}]`);
    if (!Array.isArray(items) || (items.length === 0 && (isAfterComma || !isEnd))) throw noJson();
    isAfterComma = !isEnd;
    if (items.length > 0) array?.take(items);
  };

  const endElement = (chunk: Uint8Array, at: number): void => {
    if (at - elementFrom > elementBytes) throw tooLong();
    addUpTo(chunk, at);
    elementFrom = at + 1;
    from = at + 1;
    member = "none";
    if (text.length() < batchBytes) text.addByte(comma);
    else handOut(false);
  };

  const beginObject = (chunk: Uint8Array, at: number): void => {
    addUpTo(chunk, at + 1);
    member = "first";
    hasMember = false;
  };

  /** Passes a member's key that is plain and whole in this chunk, as nearly all are; below 0 for another. */
  const passKey = (chunk: Uint8Array, start: number): number => {
    let at = start;
    let byte = chunk[at];
    while (byte !== quote && byte !== backslash && at < chunk.length) byte = chunk[++at];
    if (byte !== quote) return -1;
    member = "in value";
    if (array?.isKey?.(chunk, start, at) === true) {
      if (hasMember) text.addByte(comma);
      hasMember = true;
      from = start - 1;
    }
    return at + 1;
  };

  const beginMember = (at: number): void => {
    beforeMember = text.length();
    if (hasMember) text.addByte(comma);
    from = at;
    member = "in key";
  };

  const endMemberKey = (chunk: Uint8Array, at: number): void => {
    // A key that began in an earlier chunk is in the text already.
    const start = beforeMember + (hasMember ? 1 : 0);
    const isSplit = text.length() > start;
    if (isSplit) {
      addUpTo(chunk, at);
      from = at;
    }
    const [bytes, begin, end] = isSplit ? [text.bytes(), start + 1, text.length() - 1] : [chunk, from + 1, at - 1];
    // Written with escapes it may be any.
    const isWanted = array?.isKey?.(bytes, begin, end) === true || bytes.subarray(begin, end).includes(backslash);
    member = "in value";
    if (isWanted) hasMember = true;
    else {
      from = -1;
      text.cutTo(beforeMember);
    }
  };

  const endMember = (chunk: Uint8Array, at: number): void => {
    if (member !== "in value") throw noJson();
    addUpTo(chunk, at);
    member = "next";
  };

  const endObject = (chunk: Uint8Array, at: number): void => {
    if (member === "next") throw noJson();
    addUpTo(chunk, at);
    from = at;
    member = "none";
  };

  const endKey = (chunk: Uint8Array, at: number): void => {
    addUpTo(chunk, at);
    const parsed = parseJson(`"${text.take()}"`);
    if (typeof parsed !== "string") throw noJson();
    key = parsed;
    array = arrays.get(key);
    place = "colon";
  };

  /** Passes the rest of a value, as far as the chunk goes. It sees nearly every byte, and so works on locals. */
  const passInside = (chunk: Uint8Array, start: number): number => {
    const { length } = chunk;
    const isWanted = array !== undefined;
    const choosesMembers = array?.isKey !== undefined;
    let at = isEscaped ? start + 1 : start;
    let level = depth;
    let inString = isInString;
    isEscaped = false;
    while (at < length) {
      if (inString) {
        let end = at;
        while (end < length && chunk[end] !== quote) end++;
        const isQuoteEscaped = endsInEscape(chunk, at, end);
        at = isQuoteEscaped ? end + 1 : end;
        if (at >= length) break;
        if (isQuoteEscaped) continue;
        at++;
        inString = false;
        if (level === 0) break;
        if (level === inElement && member === "in key") endMemberKey(chunk, at);
      }
      while (at < length) {
        const byte = chunk[at++] ?? 0;
        if (byte > comma && byte < openBracket) continue;
        if (byte === quote) {
          if (level === inElement && (member === "first" || member === "next")) {
            const after = passKey(chunk, at);
            if (after >= 0) {
              at = after;
              continue;
            }
            beginMember(at - 1);
          }
          inString = true;
          break;
        }
        if (byte === comma) {
          if (level === inArray && isWanted) endElement(chunk, at - 1);
          else if (level === inElement && member !== "none") endMember(chunk, at - 1);
        } else if ((byte | asBrace) === openBrace) {
          level++;
          if (level === inElement && choosesMembers && byte === openBrace) beginObject(chunk, at - 1);
        } else if ((byte | asBrace) === closeBrace) {
          level--;
          if (level === 0) {
            endContainer(chunk, at - 1, byte);
            return at;
          }
          if (level === inArray && member !== "none") endObject(chunk, at - 1);
        }
      }
    }
    if (!inString && level === 0) place = "after value";
    depth = level;
    isInString = inString;
    isEscaped = at > length;
    return Math.min(at, length);
  };

  const endContainer = (chunk: Uint8Array, at: number, closing: number): void => {
    // "]" follows "[", and "}" follows "{", at the same distance.
    if (closing !== opening + closeBracket - openBracket) throw noJson();
    place = "after value";
    if (array === undefined) return;
    if (at - elementFrom > elementBytes) throw tooLong();
    addUpTo(chunk, at);
    handOut(true);
  };

  /** Takes the first byte of a value. */
  const beginValue = (byte: number, at: number): void => {
    if (array !== undefined && byte !== openBracket) {
      if (byte !== letterN) throw unexpectedField(what, [key]);
      place = "null";
      nullLength = 1;
      return;
    }
    if (byte === comma || byte === colon || byte === closeBrace || byte === closeBracket) throw noJson();
    isInString = byte === quote;
    const isContainer = byte === openBracket || byte === openBrace;
    depth = isContainer ? 1 : 0;
    opening = byte;
    place = isContainer || isInString ? "inside" : "scalar";
    isAfterComma = false;
    member = "none";
    elementFrom = at + 1;
    from = array === undefined ? -1 : at + 1;
  };

  /** Takes one byte between values. */
  const step = (chunk: Uint8Array, at: number, byte: number): void => {
    switch (place) {
      case "scalar":
        if (byte !== comma && byte !== closeBrace && !isSpace(byte)) return;
        place = "after value";
        step(chunk, at, byte);
        return;
      case "null":
        if (byte !== nullText[nullLength++]) throw unexpectedField(what, [key]);
        if (nullLength === nullText.length) place = "after value";
        return;
      case "in key":
        if (isEscaped) isEscaped = false;
        else if (byte === backslash) isEscaped = true;
        else if (byte === quote) endKey(chunk, at);
        return;
      default:
        if (isSpace(byte)) return;
        stepOverSpace(at, byte);
    }
  };

  const stepOverSpace = (at: number, byte: number): void => {
    if (place === "value") {
      beginValue(byte, at);
    } else if (byte === quote && (place === "first key" || place === "key")) {
      place = "in key";
      from = at + 1;
      elementFrom = at + 1;
    } else if (byte === closeBrace && (place === "first key" || place === "after value")) {
      place = "done";
    } else if (byte === openBrace && place === "start") {
      place = "first key";
    } else if (byte === colon && place === "colon") {
      place = "value";
    } else if (byte === comma && place === "after value") {
      place = "key";
    } else {
      throw noJson();
    }
  };

  return {
    push(chunk) {
      let at = 0;
      while (at < chunk.length) {
        if (place === "inside") at = passInside(chunk, at);
        else step(chunk, at, chunk[at++] ?? 0);
      }
      if (place === "in key" || (place === "inside" && array !== undefined)) keep(chunk);
    },
    end() {
      if (place !== "done") throw noJson();
    },
  };
}

/** Whether the byte at `to` is escaped, in a string that is looked at from `from` on. */
function endsInEscape(bytes: Uint8Array, from: number, to: number): boolean {
  if (to === from || bytes[to - 1] !== backslash) return false;
  let at = from;
  while (at < to) at += bytes[at] === backslash ? 2 : 1;
  return at > to;
}

/** Whether the bytes of a key, from and to which, are those of a wanted one. */
type IsKey = (bytes: Uint8Array, from: number, to: number) => boolean;

/** Compares bytes, and makes nothing, since this is asked for each member of each element. */
function isOneOf(keys: readonly string[] | undefined): IsKey | undefined {
  if (keys === undefined) return undefined;
  const byLength: (Uint8Array[] | undefined)[] = [];
  for (const bytes of keys.map((name) => Buffer.from(name))) (byLength[bytes.length] ??= []).push(bytes);
  return (bytes, from, to) => {
    const candidates = byLength[to - from];
    if (candidates !== undefined) for (const name of candidates) if (isAt(name, bytes, from)) return true;
    return false;
  };
}

function isAt(name: Uint8Array, bytes: Uint8Array, from: number): boolean {
  for (let index = 0; index < name.length; index++) {
    if (name[index] !== bytes[from + index]) return false;
  }
  return true;
}

/** Text that is put together of bytes. */
function createText() {
  let bytes = Buffer.alloc(0);
  let length = 0;
  const makeRoom = (more: number): void => {
    if (length + more <= bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(firstRoom, 2 * bytes.length, length + more));
    bytes.copy(larger, 0, 0, length);
    bytes = larger;
  };
  return {
    add(chunk: Uint8Array, from: number, to: number): void {
      makeRoom(to - from);
      if (to - from > fewBytes) bytes.set(chunk.subarray(from, to), length);
      else for (let at = from; at < to; at++) bytes[length + at - from] = chunk[at] ?? 0;
      length += to - from;
    },
    addByte(byte: number): void {
      makeRoom(1);
      bytes[length++] = byte;
    },
    cutTo(shorter: number): void {
      length = shorter;
    },
    length: () => length,
    bytes: (): Uint8Array => bytes,
    /** The text so far; the next begins anew. */
    take(): string {
      const text = bytes.toString("utf8", 0, length);
      length = 0;
      return text;
    },
  };
}

const firstRoom = 4096;
/** Up to here a loop is faster than a call. */
const fewBytes = 48;

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
