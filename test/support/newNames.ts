import type { CollectContext } from "../../exporter/src/collectors/collector";
import { collectorOf, linesOf, sessionThat, type Answers } from "./scraping";

/** The lines of a group under new names alone, made of these answers. */
export const newLines = (name: string, answers: Answers, context: Partial<CollectContext> = {}): Promise<string[]> =>
  linesOf(collectorOf(name), sessionThat(answers), { names: "new", ...context });

/** The lines of these metrics. */
export const named = (lines: readonly string[], ...names: string[]): string[] =>
  lines.filter((line) => names.some((name) => line.startsWith(`${name}{`)));
