import { z } from "zod";
import { resourceName } from "./stackState";

const diagnostic = z.object({ urn: z.string().optional(), message: z.string(), severity: z.string() });
const failed = z.object({ diagnostics: z.array(diagnostic).nullish() });

/** How the engine words that it would have to replace what is protected. */
const refusal = /^error: unable to replace resource .* currently marked for protection/s;

/**
 * Why `pulumi preview --json` failed, a line for each resource: the engine writes its errors into that JSON and nowhere
 * else. Protected members share one line, with what to do. An error of no resource, such as the summary at the end, is
 * told only where there is no other. Empty when there is no error.
 */
export function previewErrors(preview: string): string[] {
  const errors = parse(preview).filter(({ severity }) => severity === "error");
  const named = errors.flatMap(({ urn, message }) => (urn === undefined ? [] : [{ name: resourceName(urn), message }]));
  const isProtected = ({ message }: { readonly message: string }): boolean => refusal.test(message);
  const names = named.filter(isProtected).map(({ name }) => name);
  if (named.length === 0) return errors.map(({ message }) => oneLine(message));
  return [
    ...named.filter((error) => !isProtected(error)).map(({ name, message }) => `${name}: ${oneLine(message)}`),
    ...(names.length === 0
      ? []
      : [`protected: ${names.join(" ")}. Declare protect: false beside the change, and true again when all are done.`]),
  ];
}

function oneLine(message: string): string {
  return message.trim().replace(/\s+/g, " ");
}

function parse(preview: string): readonly z.infer<typeof diagnostic>[] {
  try {
    return failed.parse(JSON.parse(preview)).diagnostics ?? [];
  } catch {
    return [];
  }
}
