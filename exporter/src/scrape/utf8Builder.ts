/** UTF-8 needs no more for a UTF-16 unit of a string. */
const maxBytesPerUnit = 3;
/** Up to this length, in bytes or UTF-16 units, a loop is faster than a call of native code. */
const shortLength = 64;

/** Builds text in UTF-8. Its buffer grows as needed. */
export class Utf8Builder {
  #buffer: Buffer;
  #length = 0;

  /** @param capacity In bytes. */
  constructor(capacity: number) {
    this.#buffer = Buffer.allocUnsafeSlow(capacity);
  }

  /** In bytes. */
  get length(): number {
    return this.#length;
  }

  append(text: string): void {
    this.#reserve(maxBytesPerUnit * text.length);
    if (text.length > shortLength) {
      this.#length += this.#buffer.write(text, this.#length);
      return;
    }
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        this.#length += this.#buffer.write(text.slice(index), this.#length);
        return;
      }
      this.#buffer[this.#length++] = code;
    }
  }

  appendByte(byte: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = byte;
  }

  /** Appends a few bytes. */
  appendBytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    // Faster than a copy in native code, as they are few.
    let index = 0;
    while (index < bytes.length) this.#buffer[this.#length++] = bytes[index++] ?? 0;
  }

  /** Appends the bytes of `other` from `start` to `end`. */
  appendFrom(other: Utf8Builder, start: number, end: number): void {
    this.#reserve(end - start);
    if (end - start > shortLength) {
      this.#length += other.#buffer.copy(this.#buffer, this.#length, start, end);
      return;
    }
    const source = other.#buffer;
    for (let at = start; at < end; at++) this.#buffer[this.#length++] = source[at] ?? 0;
  }

  /** Returns the bytes so far, and starts again without them. */
  take(): Uint8Array {
    const bytes = this.#buffer.subarray(0, this.#length);
    this.#buffer = Buffer.allocUnsafeSlow(this.#buffer.length);
    this.#length = 0;
    return bytes;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#buffer.length, needed));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
