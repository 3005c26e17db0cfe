/** A text that recurs, encoded once. Its number tells it from the other texts of its interner. */
export interface Interned {
  readonly id: number;
  readonly text: string;
}

export type Interner = (value: string | number) => Interned;

/** An interner of texts. Values that `normalize` makes equal are one text; the empty text has number 0. */
export function createInterner(
  encode: (text: string) => string,
  normalize: (text: string) => string = (text) => text,
): Interner {
  const known = new Map<string | number, Interned>([["", { id: 0, text: encode("") }]]);
  let lastId = 0;
  const intern: Interner = (value) => {
    const before = known.get(value);
    if (before !== undefined) return before;
    const text = normalize(`${value}`);
    const interned = text === value ? { id: ++lastId, text: encode(text) } : intern(text);
    known.set(value, interned);
    return interned;
  };
  return intern;
}
