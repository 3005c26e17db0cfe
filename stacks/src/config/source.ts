import { decodeText, InvalidTextError } from "@fedjoin/provider/internal/values";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { unreadableFileProblem, type SchemaContext } from "./context";

const namespace = "fedjoin:";

/** The program's keys of a stack's configuration, without their namespace; mappings and lists are parsed from JSON. */
export function configSections(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const own = Object.entries(values).filter(([key]) => key.startsWith(namespace));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(namespace.length), parseValue(value)]));
}

/** Text that is not JSON stays text, so that the check refuses it. */
function parseValue(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Creates a reader of files whose relative paths start at `root`. */
export function createFileReader(root: string): SchemaContext<unknown>["readFile"] {
  return (path) => {
    try {
      return { content: decodeText(readFileSync(resolve(root, path))) };
    } catch (error) {
      if (error instanceof InvalidTextError) return { problem: error.message };
      return { problem: unreadableFileProblem(error) };
    }
  };
}

/** A message with every problem. */
export function problemsMessage(stack: string, problems: readonly string[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return [`The configuration of stack ${stack} has ${count}:`, ...problems].join("\n  ");
}
