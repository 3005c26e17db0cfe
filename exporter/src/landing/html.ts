import { escapeInvisible } from "./text";

const markup = Symbol("markup");

/** Markup that is safe to send. Made by `html` and by nothing that has seen a controller's words. */
export interface Html {
  readonly [markup]: string;
}

/** What a template may hold. Texts and numbers are escaped; `undefined` and `false` are nothing. */
export type Content = Html | string | number | undefined | false | readonly Content[];

/** Markup of a template. Whatever is put in is escaped, and what cannot be seen in it is made visible. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return rawHtml(strings.reduce((text, string, index) => text + toMarkup(contents[index - 1]) + string));
}

/** A text of this program that goes out as it is, such as a style sheet. */
export const rawHtml = (text: string): Html => ({ [markup]: text });

/** A word that a narrow place may break after each underscore. */
export const withWordBreaks = (name: string): Html => {
  const [first = "", ...rest] = name.split("_");
  return html`${first}${rest.map((part) => html`_<wbr />${part}`)}`;
};

/** The text to send. */
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
