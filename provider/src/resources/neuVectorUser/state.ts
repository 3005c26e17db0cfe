import type * as z from "zod";
import { storedUserInputs } from "./inputs";
import type { ObservedUser } from "./userSteps";
import { NeuVectorError } from "../../errors/neuVectorError";
import { omitNullish } from "../../values/mapping";
import { omitEngineKeys, type ResourceProps } from "../shared/props";

/** Version of the stored form. A change of the form adds a step that reads the older one. */
const schemaVersion = 1;

/** Returns the stored form: the inputs, with the observed role in place of the declared one, and the status. */
export function toStoredUser(inputs: ResourceProps, { rights, status }: ObservedUser): Record<string, unknown> {
  return { ...omitEngineKeys(inputs), role: rights, status, schema: schemaVersion };
}

/** Reads the inputs from the stored form. @throws NeuVectorError invalid_input if it is not a NeuVectorUser's. */
export function storedUser(stored: ResourceProps): z.output<typeof storedUserInputs> {
  const { data, error } = storedUserInputs.safeParse(omitNullish(stored));
  if (data !== undefined) return data;
  const where = error.issues[0]?.path.join(".") ?? "?";
  throw new NeuVectorError("invalid_input", `the stored state is not a NeuVectorUser's (${where})`, {
    hint: "It was written by another version, or edited. Restore it from the state's history.",
  });
}
