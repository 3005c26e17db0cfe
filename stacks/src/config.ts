import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { checkEnvironment, type Environment, type Master, type Member } from "./config/check";

type SecretText = pulumi.Output<string>;

export type StackEnvironment = Environment<SecretText>;
export type StackMaster = Master<SecretText>;
export type StackMember = Member<SecretText>;

const namespace = "fedjoin:";

/**
 * The stack configuration, checked and complete, with every secret leaf a secret Output and no plain secret left.
 *
 * It reads the whole configuration, because a key that nobody asks for is a mistake to report, and parses it itself:
 * `Config.requireObject` repeats a malformed value in its error, which may be a secret.
 * @throws pulumi.RunError with every problem at once.
 */
export function readConfig(): StackEnvironment {
  const raw = Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith(namespace))
    .map(([key, value]) => [key.slice(namespace.length), parseValue(value)] as const);
  const checked = checkEnvironment(Object.fromEntries(raw), { secret: (plain) => pulumi.secret(plain), readFile });
  if ("environment" in checked) return checked.environment;
  const { problems } = checked;
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  throw new pulumi.RunError(
    [`The configuration of stack ${pulumi.getStack()} has ${count}:`, ...problems].join("\n  "),
  );
}

/** The engine hands over mappings and lists as JSON; anything else stays text, which the check then refuses. */
function parseValue(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function readFile(path: string): { readonly content: string } | { readonly reason: string } {
  try {
    return { content: readFileSync(resolve(pulumi.getRootDirectory(), path), "utf8") };
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unexpected error";
    return { reason };
  }
}
