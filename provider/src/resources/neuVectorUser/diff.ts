import { isDeepStrictEqual } from "node:util";
import { canonicalInputs } from "../shared/canonicalInputs";
import type { DiffResult } from "../shared/resourceLifecycle";
import { containsUnknown, type ResourceProps } from "../shared/props";

const updatable = ["controller", "password", "passwordFrom", "role"];

/**
 * Decides what a change of inputs means. Another user name is another user, which is created before the old one is deleted.
 * Everything else is an update: another controller address, credentials, and a status other than `ready`.
 */
export function diffUser(old: ResourceProps, news: ResourceProps): DiffResult {
  const [stored, inputs] = [canonicalInputs(old), canonicalInputs(news)];
  const isOther = !containsUnknown(inputs["username"]) && stored["username"] !== inputs["username"];
  const changes =
    isOther ||
    stored["status"] !== "ready" ||
    containsUnknown(inputs) ||
    updatable.some((key) => !isDeepStrictEqual(stored[key], inputs[key]));
  return { changes, replaces: isOther ? ["username"] : [], deleteBeforeReplace: false };
}
