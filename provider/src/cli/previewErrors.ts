import { z } from "zod";
import { nameOf } from "./stackState";

const diagnostic = z.object({ urn: z.string().optional(), message: z.string(), severity: z.string() });
const failed = z.object({ diagnostics: z.array(diagnostic).nullish() });

/** How the engine words that it would have to replace what is protected. */
const refusal = /^error: unable to replace resource .* currently marked for protection/s;

/**
 * Why `pulumi preview --json` failed, a line for each resource: the engine writes its errors into that JSON and nowhere
 * else. Protected members share one line, with what to do. Empty when it says nothing.
 */
export function previewErrors(preview: string): string[] {
  const errors = parse(preview).filter(({ severity }) => severity === "error");
  const named = errors.flatMap(({ urn, message }) => (urn === undefined ? [] : [{ name: nameOf(urn), message }]));
  const isProtected = ({ message }: { readonly message: string }): boolean => refusal.test(message);
  const names = named.filter(isProtected).map(({ name }) => name);
  return [
    ...named
      .filter((error) => !isProtected(error))
      .map(({ name, message }) => `${name}: ${message.trim().replace(/\s+/g, " ")}`),
    ...(names.length === 0
      ? []
      : [`protected: ${names.join(" ")}. Declare protect: false beside the change, and true again when all are done.`]),
  ];
}

function parse(preview: string): readonly z.infer<typeof diagnostic>[] {
  try {
    return failed.parse(JSON.parse(preview)).diagnostics ?? [];
  } catch {
    return [];
  }
}
