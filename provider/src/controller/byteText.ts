const firstRoom = 4096;
/** Up to here a loop is faster than a call. */
const fewBytes = 128;

/** Text that is put together of bytes. */
export class ByteText {
  #room = new Uint8Array(firstRoom);
  #view = new DataView(this.#room.buffer);
  #length = 0;

  /** In bytes. */
  get length(): number {
    return this.#length;
  }

  /** The bytes so far, until more are added. */
  get bytes(): Uint8Array {
    return this.#room.subarray(0, this.#length);
  }

  add(bytes: Uint8Array, view: DataView, from: number, to: number): void {
    const length = this.#length;
    const end = length + to - from;
    if (end > this.#room.length) this.#grow(end);
    if (to - from > fewBytes) {
      this.#room.set(bytes.subarray(from, to), length);
    } else {
      const [room, roomView] = [this.#room, this.#view];
      let at = from;
      let target = length;
      for (; at + 4 <= to; at += 4, target += 4) roomView.setInt32(target, view.getInt32(at, true), true);
      for (; at < to; at++, target++) room[target] = bytes[at] ?? 0;
    }
    this.#length = end;
  }

  addByte(byte: number): void {
    if (this.#length === this.#room.length) this.#grow(this.#length + 1);
    this.#room[this.#length++] = byte;
  }

  /** Takes back what was added beyond `length` bytes. */
  cutTo(length: number): void {
    this.#length = length;
  }

  /** The text so far; the next begins anew. */
  take(): string {
    const text = Buffer.from(this.#room.buffer, 0, this.#length).toString();
    this.#length = 0;
    return text;
  }

  #grow(least: number): void {
    const larger = new Uint8Array(Math.max(2 * this.#room.length, least));
    larger.set(this.#room);
    this.#room = larger;
    this.#view = new DataView(larger.buffer);
  }
}
