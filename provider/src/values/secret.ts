/** A value that only `reveal` shows: every implicit conversion to text gives `[redacted]`. */
export class Secret {
  readonly #value: string | (() => string);

  /** @param value The value, or a function that reads it at each use. */
  constructor(value: string | (() => string)) {
    this.#value = value;
  }

  /** The plain value. Call it as late as possible, when a request is built. */
  reveal(): string {
    return typeof this.#value === "function" ? this.#value() : this.#value;
  }

  toString(): string {
    return "[redacted]";
  }

  toJSON(): string {
    return "[redacted]";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[redacted]";
  }
}
