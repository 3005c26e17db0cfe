import { Option } from "@commander-js/extra-typings";
import { UsageError } from "./commandLine";

/** An option with a text. Refuses an empty text, and one that looks like the next option. */
export function textOption<const Flags extends string>(flags: Flags, description: string) {
  return new Option(flags, description).argParser((text: string) => requireText(flags, text));
}

/** An option with a text that can be given several times. */
export function textsOption<const Flags extends string>(flags: Flags, description: string) {
  return new Option(flags, description).argParser((text: string, earlier: readonly string[] | undefined) => [
    ...(earlier ?? []),
    requireText(flags, text),
  ]);
}

/** An option with a whole number of at most six digits. */
export function wholeNumberOption<const Flags extends string>(flags: Flags, description: string, min: number) {
  return new Option(flags, description).argParser((text: string) => {
    const number = /^\d{1,6}$/.test(text) ? Number(text) : -1;
    if (number < min) throw new UsageError(`${flags}: expected a whole number from ${min}`);
    return number;
  });
}

/** An option with one of several texts. */
export function choiceOption<const Flags extends string, const Choice extends string>(
  flags: Flags,
  description: string,
  choices: readonly Choice[],
) {
  return new Option(flags, `${description}: ${choices.join(", ")}`).argParser((text: string): Choice => {
    const choice = choices.find((each) => each === text);
    if (choice === undefined) throw new UsageError(`${flags}: expected one of ${choices.join(", ")}`);
    return choice;
  });
}

/** @throws UsageError for an empty text, and for one that looks like the next option. */
export function requireText(flags: string, text: string): string {
  if (text === "" || /^-./.test(text)) throw new UsageError(`${flags} needs a value`);
  return text;
}
