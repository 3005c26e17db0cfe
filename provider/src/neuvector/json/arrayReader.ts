import { NeuVectorError } from "../../errors/neuVectorError";
import { Utf8Builder } from "./utf8Builder";
import {
  closeBrace,
  closeBracket,
  colon,
  comma,
  incomplete,
  openBrace,
  openBracket,
  passContainers,
  quote,
  spaceEnd,
  stringEnd,
  textOf,
  valueEnd,
  viewOf,
  type Level,
} from "./scanner";
import { addMembers, malformed, wantedMembers, type WantedMembers } from "./selectMembers";
import { parseJson, unexpectedFieldError } from "../client/wire";

/** Reads the elements of some arrays of a JSON object while its text arrives, without ever holding the whole of it. */
export interface ArrayReader {
  /** Takes the next bytes of the text, cut anywhere. */
  push(chunk: Uint8Array): void;
  /** Says that the text is complete. */
  end(): void;
}

/** Gets the next elements of one array, in order, as `JSON.parse` gives them. */
export type OnItems = (items: readonly unknown[]) => void;

/** What is wanted of an array. */
export interface ArraySelection {
  readonly onItems: OnItems;
  /** Members that elements are to have, where they are objects; others are passed over unread, which is what makes the reader fast. All unless told. */
  readonly members?: readonly string[] | undefined;
}

export interface ArrayReaderLimits {
  /** Bytes of whole elements, without what is passed over, that are parsed at once; more only where one element is longer. */
  readonly batchBytes: number;
  /** Longest element. */
  readonly maxElementBytes: number;
}

const defaultSizes: ArrayReaderLimits = { batchBytes: 64 * 1024, maxElementBytes: 4 * 1024 * 1024 };

/** What comes next in the text. */
type Place =
  | "start"
  | "first key"
  | "key"
  | "colon"
  | "value"
  | "skipped"
  | "first element"
  | "element"
  | "after element"
  | "after value"
  | "done";

/** Bytes of the next chunk that are joined with what waits, at least. */
const leastJoined = 1024;

/**
 * A reader of the object that `what` answers; `wanted` gets the elements of the arrays of these names. A missing array
 * and null count as empty. Of all other values only the strings and brackets are looked at.
 * @throws NeuVectorError unexpected_reply, from `push` and `end`: no JSON object, cut short, a wanted value that is no
 * array, or an element that is too long.
 */
export function createArrayReader(
  what: string,
  wanted: Readonly<Record<string, ArraySelection>>,
  { batchBytes, maxElementBytes }: ArrayReaderLimits = defaultSizes,
): ArrayReader {
  const arrays = new Map(
    Object.entries(wanted).map(([name, { onItems, members }]) => [
      name,
      { take: onItems, members: members === undefined ? undefined : wantedMembers(members) },
    ]),
  );
  let place: Place = "start";
  let key = "";
  let array: { readonly take: OnItems; readonly members: WantedMembers | undefined } | undefined;
  /** Of a value that is skipped. */
  const level: Level = { open: 0 };
  /** The wanted parts of the current elements, with commas between them. */
  const batch = new Utf8Builder();
  /** What came and is not complete. It is looked at again together with what comes next. */
  const waiting = new Utf8Builder();
  /** How many bytes have to wait before that: so a long element in small pieces is not looked at for each. */
  let enough = 0;

  const fail = (how: string): NeuVectorError => new NeuVectorError("unexpected_reply", `${what} answered ${how}`);
  const noJson = (): NeuVectorError => fail("text that is not a JSON object");
  const tooLong = (): NeuVectorError => fail(`an element of more than ${maxElementBytes} bytes (field ${key})`);

  const handOut = (): void => {
    if (batch.length === 0) return;
    const items = parseJson(`[${batch.takeString()}]`);
    if (!Array.isArray(items)) throw noJson();
    array?.take(items);
  };

  const addElement = (bytes: Buffer, view: DataView, at: number): number => {
    const members = array?.members;
    if (members !== undefined && bytes[at] === openBrace) return addMembers(bytes, view, at, members, batch);
    const end = valueEnd(bytes, view, at);
    if (end === at) return malformed;
    if (end !== incomplete) batch.append(bytes, at, end);
    return end;
  };

  /** Takes the element at `at`, or nothing where it is not complete. */
  const passElement = (bytes: Buffer, view: DataView, at: number): number => {
    const before = batch.length;
    if (before > 0) batch.appendByte(comma);
    const end = addElement(bytes, view, at);
    if (end === malformed) throw noJson();
    if (end === incomplete) {
      batch.truncate(before);
      return incomplete;
    }
    if (end - at > maxElementBytes) throw tooLong();
    if (batch.length >= batchBytes) handOut();
    place = "after element";
    return end;
  };

  const passKey = (bytes: Buffer, view: DataView, at: number): number => {
    if (bytes[at] !== quote) throw noJson();
    const end = stringEnd(bytes, view, at + 1);
    if (end === incomplete) return incomplete;
    const parsed = parseJson(textOf(bytes, at, end));
    if (typeof parsed !== "string") throw noJson();
    key = parsed;
    array = arrays.get(key);
    place = "colon";
    return end;
  };

  const passValue = (bytes: Buffer, view: DataView, at: number): number => {
    const first = bytes[at];
    if (array !== undefined && first === openBracket) {
      place = "first element";
      return at + 1;
    }
    if (array === undefined && (first === openBracket || first === openBrace)) {
      place = "skipped";
      level.open = 0;
      return passSkipped(bytes, view, at);
    }
    const end = valueEnd(bytes, view, at);
    if (end === incomplete) return incomplete;
    if (end === at) throw noJson();
    if (array !== undefined && textOf(bytes, at, end) !== "null") throw unexpectedFieldError(what, [key]);
    place = "after value";
    return end;
  };

  const passSkipped = (bytes: Buffer, view: DataView, at: number): number => {
    const end = passContainers(bytes, view, at, level);
    if (level.open === 0) place = "after value";
    return end === at ? incomplete : end;
  };

  const passByte = (byte: number | undefined, expected: number, at: number, next: Place): number => {
    if (byte !== expected) throw noJson();
    place = next;
    return at + 1;
  };

  /** Passes what stands at `at`, which is no white space, and gives the place after it. */
  const pass = (bytes: Buffer, view: DataView, at: number): number => {
    const byte = bytes[at];
    switch (place) {
      case "start":
        return passByte(byte, openBrace, at, "first key");
      case "first key":
        return byte === closeBrace ? passByte(byte, closeBrace, at, "done") : passKey(bytes, view, at);
      case "key":
        return passKey(bytes, view, at);
      case "colon":
        return passByte(byte, colon, at, "value");
      case "value":
        return passValue(bytes, view, at);
      case "skipped":
        return passSkipped(bytes, view, at);
      case "first element":
        return byte === closeBracket ? passByte(byte, closeBracket, at, "after value") : passElement(bytes, view, at);
      case "element":
        return passElement(bytes, view, at);
      case "after element":
        if (byte === closeBracket) handOut();
        return byte === comma ? passByte(byte, comma, at, "element") : passByte(byte, closeBracket, at, "after value");
      case "after value":
        return byte === comma ? passByte(byte, comma, at, "key") : passByte(byte, closeBrace, at, "done");
      case "done":
        throw noJson();
    }
  };

  /** Passes as much as is complete, and gives how many bytes that is. */
  const passAll = (bytes: Buffer): number => {
    const view = viewOf(bytes);
    let at = spaceEnd(bytes, 0);
    while (at < bytes.length) {
      const end = pass(bytes, view, at);
      if (end === incomplete) break;
      at = spaceEnd(bytes, end);
    }
    return at;
  };

  const wait = (bytes: Buffer): void => {
    if (bytes.length > maxElementBytes) throw tooLong();
    waiting.append(bytes, 0, bytes.length);
    enough = Math.min(2 * bytes.length, maxElementBytes);
  };

  /** Passes what waits together with the beginning of `chunk`, and gives the rest of it. */
  const passWaiting = (chunk: Buffer): Buffer => {
    const before = waiting.length;
    const more = chunk.subarray(0, Math.max(before, leastJoined));
    waiting.append(more, 0, more.length);
    if (waiting.length >= enough) {
      const bytes = Buffer.from(waiting.bytes);
      const passed = passAll(bytes);
      waiting.truncate(0);
      if (passed >= before) return chunk.subarray(passed - before);
      wait(bytes.subarray(passed));
    }
    return chunk.subarray(more.length);
  };

  return {
    push(chunk) {
      let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      while (waiting.length > 0 && rest.length > 0) rest = passWaiting(rest);
      if (rest.length > 0) wait(rest.subarray(passAll(rest)));
    },
    end() {
      passAll(waiting.bytes);
      if (place !== "done") throw noJson();
    },
  };
}
