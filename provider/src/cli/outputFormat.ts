import { stringify } from "yaml";
import { choiceOption, textOption } from "../commandLine/options";
import type { Job } from "./command";
import type { Report } from "./report";
import { formatValue, parseValuePath, valuesAt } from "./valuePath";

export const outputFormats = ["table", "wide", "json", "yaml", "name"] as const;

export type OutputFormat = (typeof outputFormats)[number];

export const outputOption = () =>
  choiceOption("-o, --output <format>", "the form of the result", outputFormats).conflicts(["json", "get"]);

export const getOption = () =>
  textOption("--get <path>", "print only this part of the JSON, such as masters[0].members[*].name").conflicts("json");

export interface OutputOptions {
  readonly json: boolean;
  readonly output?: OutputFormat | undefined;
  readonly get?: string | undefined;
}

/** How a job with these options prints its report. @throws UsageError for a path that is none. */
export function jobOutput(command: string, { json, output, get }: OutputOptions): Pick<Job, "json" | "render"> {
  const valueOf = ({ json: value }: Report): unknown => ({ command, ...value });
  if (get !== undefined) {
    const path = parseValuePath(get);
    return {
      json,
      render: (report) =>
        valuesAt(valueOf(report), path)
          .map((value) => `${formatValue(value)}\n`)
          .join(""),
    };
  }
  if (output === "yaml")
    return { json, render: (report) => stringify(valueOf(report), { aliasDuplicateObjects: false }) };
  return { json: json || output === "json" };
}
