const initialCapacity = 4096;
/** Up to here a loop is faster than a call. */
const shortStringLimit = 72;
/** A character of a JavaScript string needs no more in UTF-8. */
const maxBytesPerCharacter = 3;

/** Text in UTF-8 that is put together of bytes and strings, without making anything for each. */
export class Utf8Builder {
  #room: Buffer;
  #length = 0;

  /** @param room - bytes that it has room for at first */
  constructor(room = initialCapacity) {
    this.#room = Buffer.allocUnsafeSlow(room);
  }

  /** In bytes. */
  get length(): number {
    return this.#length;
  }

  /** The bytes so far, until more are added. */
  get bytes(): Buffer {
    return this.#room.subarray(0, this.#length);
  }

  /** Adds the bytes from and to which. */
  append(bytes: Buffer, from: number, to: number): void {
    const length = this.#length;
    const end = length + to - from;
    if (end > this.#room.length) this.#grow(end);
    bytes.copy(this.#room, length, from, to);
    this.#length = end;
  }

  /** Adds what is in another text from and to which. */
  addPart(text: Utf8Builder, from: number, to: number): void {
    this.append(text.#room, from, to);
  }

  appendByte(byte: number): void {
    if (this.#length === this.#room.length) this.#grow(this.#length + 1);
    this.#room[this.#length++] = byte;
  }

  appendString(text: string): void {
    const most = this.#length + maxBytesPerCharacter * text.length;
    if (most > this.#room.length) this.#grow(most);
    if (text.length > shortStringLimit) {
      this.#length += this.#room.write(text, this.#length);
      return;
    }
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        this.#length += this.#room.write(text.slice(index), this.#length);
        return;
      }
      this.#room[this.#length++] = code;
    }
  }

  /** Takes back what was added beyond `length` bytes. */
  truncate(length: number): void {
    this.#length = length;
  }

  /** The text so far; the next begins anew. */
  takeString(): string {
    const text = this.#room.toString("utf8", 0, this.#length);
    this.#length = 0;
    return text;
  }

  /** The bytes so far, which are then no longer this text's; the next begins anew. */
  takeBytes(): Uint8Array {
    const { bytes } = this;
    this.#room = Buffer.allocUnsafeSlow(this.#room.length);
    this.#length = 0;
    return bytes;
  }

  #grow(least: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#room.length, least));
    this.#room.copy(larger, 0, 0, this.#length);
    this.#room = larger;
  }
}
