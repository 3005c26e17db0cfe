import { projectName } from "@fedjoin/provider/internal/pulumi";
import { closestMatch, decodeText, InvalidTextError } from "@fedjoin/provider/internal/values";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { sectionNames } from "./checkEnvironment";
import { unreadableFileProblem, type SchemaContext } from "./context";

const namespace = "fedjoin";
/** Maximum edit distance of a misspelt namespace. */
const mostEdits = 2;

/** The program's part of a stack's configuration. */
export interface ConfigSections {
  /** Values by key, without the namespace; mappings and lists are parsed from JSON. */
  readonly sections: Readonly<Record<string, unknown>>;
  /** Keys under a wrong namespace. Their values are among the sections that are meant, so that they are checked too. */
  readonly problems: readonly string[];
}

/**
 * Selects the program's keys of a stack's configuration. A key under a misspelt namespace, or a key of the program under
 * the project's name, is a problem. As in Pulumi, a key without a namespace belongs to the project.
 */
export function configSections(values: Readonly<Record<string, unknown>>, project: string | undefined): ConfigSections {
  const keys = Object.entries(values).map(([key, value]) => {
    const [, before = project, name = ""] = /^(?:([^:]*):)?(.*)$/s.exec(key) ?? [];
    return { key, name, value, isOwn: before === namespace, isMeant: isMisplaced(before, name, project) };
  });
  const misplaced = keys.filter(({ isOwn, isMeant }) => !isOwn && isMeant);
  const meant = [...misplaced, ...keys.filter(({ isOwn }) => isOwn)];
  return {
    sections: Object.fromEntries(meant.map(({ name, value }) => [name, parseValue(value)])),
    problems: misplaced.map(({ key, name }) => `${key}: unknown key, did you mean ${namespace}:${name}?`),
  };
}

/** True if no key is meant for the program. */
export function isUnconfigured({ sections }: ConfigSections): boolean {
  return Object.keys(sections).length === 0;
}

/** True for a key of the project that is named like one of the program, and for a namespace that resembles the program's. */
function isMisplaced(before: string | undefined, name: string, project: string | undefined): boolean {
  if (before === undefined || before === project) return sectionNames.includes(name);
  return closestMatch(before, [namespace], mostEdits) !== undefined;
}

/** The project's name in Pulumi.yaml; `undefined` if it cannot be read. */
export function projectNameOf(readFile: SchemaContext<unknown>["readFile"]): string | undefined {
  const read = readFile("Pulumi.yaml");
  return "content" in read ? projectName(read.content) : undefined;
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
