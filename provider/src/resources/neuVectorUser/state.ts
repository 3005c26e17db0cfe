import type { z } from "zod";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { ResourceProps } from "../fedJoin/state";
import { storedUserInputs } from "./inputs";
import type { ObservedUser } from "./userSteps";

/** Version of the stored form; a change of form adds a step that reads the older one. */
const schemaVersion = 1;

/** The stored form: the inputs, with the role that was found in place of the declared one, and the status. */
export function toStoredUser(inputs: ResourceProps, { rights, status }: ObservedUser): Record<string, unknown> {
  const kept = Object.entries(inputs).filter(([key]) => !key.startsWith("__"));
  return { ...Object.fromEntries(kept), role: rights, status, schema: schemaVersion };
}

/** The inputs out of a stored form. @throws NeuVectorError invalid_input when it is none of ours. */
export function storedUser(stored: ResourceProps): z.output<typeof storedUserInputs> {
  const { data, error } = storedUserInputs.safeParse(stored);
  if (data !== undefined) return data;
  const where = error.issues[0]?.path.join(".") ?? "?";
  throw new NeuVectorError("invalid_input", `the stored state is not a NeuVectorUser's (${where})`, {
    hint: "It was written by another version, or edited. Restore it from the state's history.",
  });
}
