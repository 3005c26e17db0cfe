/** How often a run of so many words may stand in one message: a cause that a wrapper repeats is longer. */
const phraseWords = 6;

/** What is wrong with the form of an error's message: one failure is one message, with its advice and one link last. */
export function styleProblems(message: string): string[] {
  const links = message.match(/\[docs\/reference\/errors\.md#\w+\]/g) ?? [];
  const text = message.replace(/ ?\[docs\/reference\/errors\.md#\w+\]/g, "");
  const sentences = text.split(/(?<=\.) /).map((sentence) => sentence.toLowerCase());
  return [
    ...(links.length === 1 ? [] : [`${links.length} links`]),
    ...(/\[docs\/reference\/errors\.md#\w+\]$/.test(message) ? [] : ["does not end with the link"]),
    ...(text.endsWith(".") ? [] : ["the advice does not end with a full stop"]),
    ...(/\.\s*\.(?!\w|`)/.test(text.replaceAll("`..`", "")) ? ["two full stops"] : []),
    ...(/ {2}/.test(message) ? ["two blanks"] : []),
    ...(new Set(sentences).size === sentences.length ? [] : ["a sentence twice"]),
    ...repeatedPhrases(text).map((phrase) => `twice: ${phrase}`),
  ];
}

function repeatedPhrases(text: string): string[] {
  const words = text.toLowerCase().split(/\s+/);
  const phrases = words.slice(phraseWords - 1).map((_, at) => words.slice(at, at + phraseWords).join(" "));
  return [...new Set(phrases.filter((phrase, at) => phrases.indexOf(phrase) !== at))];
}
