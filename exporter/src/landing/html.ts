import { escapeInvisible } from "./text";

const markup = Symbol("markup");

/** Safe markup. Only `html` and `rawHtml` create it. */
export interface Html {
  readonly [markup]: string;
}

/** Template content. Strings are escaped; `undefined` and `false` render nothing. */
export type Content = Html | string | number | undefined | false | readonly Content[];

/** Renders a template. Inserted text is escaped, and invisible characters are made visible. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return rawHtml(strings.reduce((text, string, index) => text + toMarkup(contents[index - 1]) + string));
}

/** Marks a constant of this program, such as a style sheet, as safe markup. Never pass external text. */
export const rawHtml = (text: string): Html => ({ [markup]: text });

/** Allows line breaks after underscores. */
export const withWordBreaks = (name: string): Html => {
  const [first = "", ...rest] = name.split("_");
  return html`${first}${rest.map((part) => html`_<wbr />${part}`)}`;
};

/** The rendered text. */
export const renderHtml = (content: Html): string => content[markup];

function toMarkup(content: Content): string {
  if (content === undefined || content === false) return "";
  if (typeof content === "string") return escape(escapeInvisible(content));
  if (typeof content === "number") return String(content);
  return isList(content) ? content.map(toMarkup).join("") : content[markup];
}

const isList = (content: Html | readonly Content[]): content is readonly Content[] => Array.isArray(content);

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
