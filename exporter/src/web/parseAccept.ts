/** One item of an `Accept` or `Accept-Encoding` header. */
export interface AcceptItem {
  /** In lower case, without parameters. */
  readonly value: string;
  /** In lower case, without `q`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** 0 to 1; 0 means not acceptable. */
  readonly quality: number;
}

/** Parses a header with quality values (RFC 9110, 12.4.2), in header order. An invalid quality counts as 0. */
export function parseAccept(header: string): readonly AcceptItem[] {
  return header
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "")
    .map((item) => {
      const [value = "", ...rest] = item.split(";").map((part) => part.trim().toLowerCase());
      const parameters = new Map(rest.map(parseParameter));
      const quality = parameters.get("q");
      parameters.delete("q");
      return { value, parameters, quality: quality === undefined ? 1 : parseQuality(quality) };
    });
}

function parseParameter(text: string): readonly [string, string] {
  const [name = "", value = ""] = text.split("=", 2).map((part) => part.trim());
  return [name, value.replace(/^"(.*)"$/, "$1")];
}

function parseQuality(text: string): number {
  return /^(?:0(?:\.\d*)?|1(?:\.0*)?)$/.test(text) ? Number(text) : 0;
}
