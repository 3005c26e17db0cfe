/** A value that shows itself only where it is asked for: every implicit way to text gives `[redacted]`. */
export class Secret {
  readonly #value: string | (() => string);

  /** @param value The value, or what reads it whenever it is asked for. */
  constructor(value: string | (() => string)) {
    this.#value = value;
  }

  /** The value in the clear. Call it at the last moment, on the way into a request. */
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
