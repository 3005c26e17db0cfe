import { isDeepStrictEqual } from "node:util";
import { canonicalInputs } from "../shared/canonicalInputs";
import { containsUnknown } from "../shared/checkInputs";
import type { DiffResult } from "../fedJoin/diff";
import type { ResourceProps } from "../fedJoin/state";

const updatable = ["controller", "password", "passwordFrom", "role"];

/**
 * What a change of inputs means. Another user name is another user, made before the former is deleted; all else is an
 * update, and so is a status other than `ready`. A changed controller address is the way to the site, not the site.
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
