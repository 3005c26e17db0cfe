import * as z from "zod";

/** The engine marks a secret by this key and value. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** A secret as the engine writes it with `--show-secrets`. */
export const openSecret = z.object({ [signatureKey]: z.literal(secretSignature), plaintext: z.string() });

/** A secret as the engine writes it, whether encrypted or not. */
export const closedSecret = z.object({ [signatureKey]: z.literal(secretSignature) });

/** Marks a value as a secret, for the engine to encrypt when it reads it. */
export function asSecret(value: unknown): object {
  return { [signatureKey]: secretSignature, plaintext: JSON.stringify(value) };
}
