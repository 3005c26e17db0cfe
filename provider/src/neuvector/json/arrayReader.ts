import { NeuVectorError } from "../../errors/neuVectorError";
import {
  closeBrace,
  closeBracket,
  comma,
  incomplete,
  invalid,
  isOpening,
  openBrace,
  openBracket,
  skipColon,
  skipContainers,
  skipKey,
  skipSeparator,
  skipValue,
  skipWhitespace,
  type Nesting,
} from "./scanner";
import { append, appendByte, keysByLength, selectMembers, type JsonOutput } from "./selectMembers";

/** Reads the elements of some arrays of a JSON object while its text arrives. It never holds the whole text. */
export interface ArrayReader {
  /** Takes the next bytes of the text, cut anywhere. */
  push(chunk: Uint8Array): void;
  /** Declares the text complete. */
  end(): void;
}

/** What to read of an array. */
export interface ArraySelection {
  /** Gets the next elements, in order, as `JSON.parse` makes them. */
  readonly onItems: (items: readonly unknown[]) => void;
  /** Members to keep of elements that are objects; default: all. The others are skipped unparsed, which is what makes the reader fast. */
  readonly members?: readonly string[] | undefined;
}

const defaultMaxElementBytes = 4 * 1024 * 1024;

/** Bytes of selected JSON that are parsed at once. */
const batchBytes = 64 * 1024;

/** Bytes of a chunk that are joined with pending bytes, at least. */
const minJoinedBytes = 1024;

/**
 * A reader for the object that `what` responds with. `selections` names the arrays to read; a missing array and `null`
 * count as empty. Of all other values only strings and brackets are checked.
 * @throws NeuVectorError unexpected_reply, from `push` and `end`, if the text is not a JSON object or is cut short, if a
 * selected value is not an array, or if an element is longer than `maxElementBytes`.
 */
export function createArrayReader(
  what: string,
  selections: Readonly<Record<string, ArraySelection>>,
  maxElementBytes = defaultMaxElementBytes,
): ArrayReader {
  const arrays = new Map(
    Object.entries(selections).map(([name, { onItems, members }]) => [
      name,
      { onItems, keys: members && keysByLength(members) },
    ]),
  );
  let state: "members" | "elements" | "skipped value" | "end" = "members";
  /** What precedes the next member or element. */
  let separator = openBrace;
  let name = "";
  /** The array of that name, if it is selected. */
  let array = arrays.get(name);
  const skipped: Nesting = { depth: 0 };
  /** The selected parts of the latest elements, separated by commas. */
  const output: JsonOutput = { bytes: Buffer.alloc(0), length: 0 };
  /** Bytes that no complete token has been found in yet. */
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  /** Number of pending bytes at which to try again: a long element in many chunks is not scanned for each of them. */
  let retryBytes = 0;

  const error = (how: string): NeuVectorError => new NeuVectorError("unexpected_reply", `${what} answered ${how}`);
  const notJson = (): NeuVectorError => error("text that is not a JSON object");

  const parse = (json: string): unknown => {
    try {
      return JSON.parse(json);
    } catch {
      throw notJson();
    }
  };

  const flush = (): void => {
    if (output.length === 0) return;
    const items = parse(`[${output.bytes.toString("utf8", 0, output.length)}]`);
    output.length = 0;
    if (!Array.isArray(items)) throw notJson();
    array?.onItems(items);
  };

  const enter = (next: typeof state, before: number): void => {
    state = next;
    separator = before;
  };

  const readMember = (bytes: Buffer, at: number): number => {
    const key = skipSeparator(bytes, at, separator, closeBrace);
    if (key < 0) return key;
    if (bytes[key] === closeBrace) {
      enter("end", comma);
      return key + 1;
    }
    const keyEnd = skipKey(bytes, key);
    if (keyEnd < 0) return keyEnd;
    const value = skipColon(bytes, keyEnd);
    if (value < 0) return value;
    name = String(parse(bytes.toString("utf8", key, keyEnd)));
    array = arrays.get(name);
    if (array !== undefined && bytes[value] === openBracket) {
      enter("elements", openBracket);
      return value;
    }
    if (array === undefined && isOpening(bytes[value])) {
      enter("skipped value", comma);
      return value;
    }
    const end = skipValue(bytes, value);
    if (end < 0) return end;
    if (array !== undefined && bytes.toString("utf8", value, end) !== "null") {
      throw error(`something else than expected (field ${name})`);
    }
    separator = comma;
    return end;
  };

  const copyElement = (bytes: Buffer, start: number): number => {
    const keys = array?.keys;
    if (keys !== undefined && bytes[start] === openBrace) return selectMembers(bytes, start, keys, output);
    const end = skipValue(bytes, start);
    if (end > 0) append(output, bytes, start, end);
    return end;
  };

  const readElement = (bytes: Buffer, at: number): number => {
    const start = skipSeparator(bytes, at, separator, closeBracket);
    if (start < 0) return start;
    if (bytes[start] === closeBracket) {
      flush();
      enter("members", comma);
      return start + 1;
    }
    const before = output.length;
    if (before > 0) appendByte(output, comma);
    const end = copyElement(bytes, start);
    if (end < 0) output.length = before;
    else separator = comma;
    if (end - start > maxElementBytes) throw tooLong();
    if (output.length >= batchBytes) flush();
    return end;
  };

  const tooLong = (): NeuVectorError => error(`an element of more than ${maxElementBytes} bytes (field ${name})`);

  const skipPart = (bytes: Buffer, at: number): number => {
    const end = skipContainers(bytes, at, skipped);
    if (skipped.depth === 0) enter("members", comma);
    return end === at ? incomplete : end;
  };

  const readNext = (bytes: Buffer, at: number): number => {
    switch (state) {
      case "members":
        return readMember(bytes, at);
      case "elements":
        return readElement(bytes, at);
      case "skipped value":
        return skipPart(bytes, at);
      case "end":
        return invalid;
    }
  };

  /** Reads as much as is complete and returns the offset after it. */
  const readAll = (bytes: Buffer): number => {
    let at = skipWhitespace(bytes, 0);
    while (at < bytes.length) {
      const end = readNext(bytes, at);
      if (end === invalid) throw notJson();
      if (end === incomplete) break;
      at = skipWhitespace(bytes, end);
    }
    flush();
    return at;
  };

  const setPending = (bytes: Uint8Array): void => {
    if (bytes.length > maxElementBytes) throw tooLong();
    pending = bytes.length === 0 ? [] : [bytes];
    pendingBytes = bytes.length;
    retryBytes = Math.min(2 * bytes.length, maxElementBytes);
  };

  return {
    push(chunk) {
      let at = 0;
      while (at < chunk.length) {
        const start = at;
        const before = pendingBytes;
        // Joins no more than the pending token may need: copying whole chunks would cost a tenth of a large scrape.
        const part = chunk.subarray(start, before === 0 ? undefined : start + Math.max(before, minJoinedBytes));
        at += part.length;
        pending.push(part);
        pendingBytes += part.length;
        if (pendingBytes < retryBytes) continue;
        const bytes = before === 0 ? toBuffer(part) : Buffer.concat(pending, pendingBytes);
        const end = readAll(bytes);
        if (before === 0 || end < before) {
          setPending(bytes.subarray(end));
        } else {
          setPending(bytes.subarray(0, 0));
          at = start + end - before;
        }
      }
    },
    end() {
      readAll(Buffer.concat(pending, pendingBytes));
      if (state !== "end") throw notJson();
    },
  };
}

/** The same bytes as a Buffer. */
function toBuffer({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
