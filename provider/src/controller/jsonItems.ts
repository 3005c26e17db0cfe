import { NeuVectorError } from "../errors";
import { parseJson, unexpectedField } from "./wire";

/** Reads the elements of some arrays of a JSON object while its text arrives, without ever holding the whole of it. */
export interface ItemReader {
  /** Takes the next bytes of the text, cut anywhere. A chunk is kept until the elements in it were handed out. */
  push(chunk: Uint8Array): void;
  /** Says that the text is complete. */
  end(): void;
}

/** Gets the next elements of one array, in order, as `JSON.parse` gives them. */
export type TakeItems = (items: readonly unknown[]) => void;

export interface ItemSizes {
  /** Bytes of whole elements that are parsed at once; more only where one element is longer. */
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

/**
 * A reader of the object that `what` answers; `wanted` gets the elements of the arrays of these names. A missing array
 * and null count as empty. Of all other values only the strings and brackets are looked at.
 * @throws NeuVectorError unexpected_reply, from `push` and `end`: no JSON object, cut short, a wanted value that is no
 * array, or an element that is too long.
 */
export function createItemReader(
  what: string,
  wanted: Readonly<Record<string, TakeItems>>,
  { batchBytes, elementBytes }: ItemSizes = defaultSizes,
): ItemReader {
  const takers = new Map(Object.entries(wanted));
  let place: Place = "start";
  /** Open containers inside the current value. */
  let depth = 0;
  let isInString = false;
  let isEscaped = false;
  let opening = openBrace;
  let nullLength = 0;
  let key = "";
  let take: TakeItems | undefined;
  /** Bytes of earlier chunks that belong to the current key or batch. */
  let parts: Uint8Array[] = [];
  let partsLength = 0;
  /** Where the current key or batch begins in the current chunk. */
  let from = 0;
  /** Where the current key or element began, counted as `from`; below 0 in an earlier chunk. */
  let elementFrom = 0;
  let isAfterComma = false;

  const fail = (how: string): NeuVectorError => new NeuVectorError("unexpected_reply", `${what} answered ${how}`);
  const noJson = (): NeuVectorError => fail("text that is not a JSON object");

  const begin = (at: number): void => {
    from = at;
    elementFrom = at;
  };

  const takeText = (chunk: Uint8Array, to: number): string => {
    const last = chunk.subarray(from, to);
    const bytes = parts.length === 0 ? last : Buffer.concat([...parts, last]);
    parts = [];
    partsLength = 0;
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  };

  const keep = (chunk: Uint8Array): void => {
    if (chunk.length - elementFrom > elementBytes) throw tooLong();
    parts.push(chunk.subarray(from));
    partsLength += chunk.length - from;
    from = 0;
    elementFrom -= chunk.length;
  };

  const tooLong = (): NeuVectorError => fail(`an element of more than ${elementBytes} bytes (field ${key})`);

  const handOut = (chunk: Uint8Array, to: number, isEnd: boolean): void => {
    const items = parseJson(`[${takeText(chunk, to)}]`);
    if (!Array.isArray(items) || (items.length === 0 && (isAfterComma || !isEnd))) throw noJson();
    isAfterComma = !isEnd;
    if (items.length > 0) take?.(items);
  };

  const endElement = (chunk: Uint8Array, at: number): void => {
    if (at - elementFrom > elementBytes) throw tooLong();
    elementFrom = at + 1;
    if (partsLength + at - from < batchBytes) return;
    handOut(chunk, at, false);
    from = at + 1;
  };

  const endKey = (chunk: Uint8Array, at: number): void => {
    const parsed = parseJson(`"${takeText(chunk, at)}"`);
    if (typeof parsed !== "string") throw noJson();
    key = parsed;
    take = takers.get(key);
    place = "colon";
  };

  /** Passes the rest of a value, as far as the chunk goes. It sees nearly every byte, and so works on locals. */
  const passInside = (chunk: Uint8Array, start: number): number => {
    const { length } = chunk;
    const splits = take !== undefined;
    let at = isEscaped ? start + 1 : start;
    let level = depth;
    let inString = isInString;
    isEscaped = false;
    while (at < length) {
      if (inString) {
        let byte = chunk[at];
        while (byte !== quote && at < length) {
          at += byte === backslash ? 2 : 1;
          byte = chunk[at];
        }
        if (at >= length) break;
        at++;
        inString = false;
        if (level === 0) break;
      }
      while (at < length) {
        const byte = chunk[at++] ?? 0;
        if (byte > comma && byte < openBracket) continue;
        if (byte === quote) {
          inString = true;
          break;
        }
        if (byte === comma) {
          if (level === 1 && splits) endElement(chunk, at - 1);
        } else if ((byte | asBrace) === openBrace) {
          level++;
        } else if ((byte | asBrace) === closeBrace && --level === 0) {
          endContainer(chunk, at - 1, byte);
          return at;
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
    if (take === undefined) return;
    if (at - elementFrom > elementBytes) throw tooLong();
    handOut(chunk, at, true);
  };

  /** Takes the first byte of a value. */
  const beginValue = (byte: number, at: number): void => {
    if (take !== undefined && byte !== openBracket) {
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
    begin(at + 1);
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
      begin(at + 1);
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
      if (place === "in key" || (place === "inside" && take !== undefined)) keep(chunk);
    },
    end() {
      if (place !== "done") throw noJson();
    },
  };
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
