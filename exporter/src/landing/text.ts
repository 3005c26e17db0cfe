/**
 * Characters that are invisible or change how others are displayed: controls, bidirectional marks, joiners, separators,
 * lone surrogates, unassigned code points, and combining marks on top of two others.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]|(?<=\p{M}{2})\p{M}/gu;

/** Replaces each invisible character by its code point, such as `⟨U+202E⟩`. */
export function escapeInvisible(text: string): string {
  return text.replace(invisible, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return `⟨U+${code.padStart(4, "0")}⟩`;
  });
}

/** Limits `text` to `most` characters, ending with an ellipsis if cut. Never splits a surrogate pair. */
export function truncate(text: string, most: number): string {
  // A character has at most two code units, so a long text need not be split as a whole.
  const characters = Array.from(text.slice(0, 2 * (most + 1)));
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}
