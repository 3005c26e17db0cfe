/** How often a run of so many words may stand in one message: a cause that a wrapper repeats is longer. */
const phraseWords = 6;

/** The address of this version's page about a failure. */
const link = / See https:\/\/\S+\/docs\/[\w/-]+\.md#[\w-]+/g;

/** What is wrong with the form of an error's message: one failure is one message, with its advice and one link last. */
export function styleProblems(message: string): string[] {
  const links = message.match(link) ?? [];
  const text = message.replaceAll(link, "");
  const sentences = text.split(/(?<=\.) /).map((sentence) => sentence.toLowerCase());
  return [
    ...(links.length === 1 ? [] : [`${links.length} links`]),
    ...(links.some((each) => message.endsWith(each)) ? [] : ["does not end with the link"]),
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
