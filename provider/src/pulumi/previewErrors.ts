import * as z from "zod";
import { resourceName } from "./stackState";

const diagnostic = z.object({ urn: z.string().optional(), message: z.string(), severity: z.string() });
const failed = z.object({ diagnostics: z.array(diagnostic).nullish() });

/** The engine's message when it would have to replace a protected resource. */
const protectionError = /^error: unable to replace resource .* currently marked for protection/s;

/**
 * Why `pulumi preview --json` failed, a line for each resource: the engine reports its errors only in that JSON.
 * Protected members share one line with advice. Errors without a resource, such as the summary at the end, are reported
 * only if there are no others.
 */
export function previewErrors(preview: string): string[] {
  const errors = parse(preview).filter(({ severity }) => severity === "error");
  const named = errors.flatMap(({ urn, message }) => (urn === undefined ? [] : [{ name: resourceName(urn), message }]));
  const isProtected = ({ message }: { readonly message: string }): boolean => protectionError.test(message);
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
