/**
 * Characters that show nothing or change how others are shown: controls, marks of direction, joiners, separators, halves
 * of pairs, code points without a meaning, and accents piled upon two others.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]|(?<=\p{M}{2})\p{M}/gu;

/** `text` with every unseen character written as its code point, such as `⟨U+202E⟩`. */
export function escapeInvisible(text: string): string {
  return text.replace(invisible, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return `⟨U+${code.padStart(4, "0")}⟩`;
  });
}

/** At most `most` characters of `text`, and an ellipsis for the rest. Never cuts a pair in two. */
export function truncate(text: string, most: number): string {
  // No character is longer than two units; so a long text need not be taken apart as a whole.
  const characters = Array.from(text.slice(0, 2 * (most + 1)));
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}

/** As much of `text` as fits into `widths` widths of a usual letter, and an ellipsis for the rest. */
export function fitted(text: string, widths: number): string {
  const characters = Array.from(escapeInvisible(text.slice(0, 4 * widths)));
  let used = 0;
  let kept = 0;
  let lastWithEllipsis = 0;
  for (const character of characters) {
    used += widthOf(character);
    if (used > widths) return `${characters.slice(0, lastWithEllipsis).join("")}…`;
    kept++;
    if (used <= widths - 1) lastWithEllipsis = kept;
  }
  return characters.join("");
}

/** Wide scripts and emoji begin here. */
const wideFrom = 0x1100;

function widthOf(character: string): number {
  if ((character.codePointAt(0) ?? 0) >= wideFrom) return 2;
  if (/[MW@%]/.test(character)) return 1.8;
  return /[A-Z&mw]/.test(character) ? 1.3 : 1;
}
