import { isDeepStrictEqual } from "node:util";
import { canonicalInputs } from "../fedJoin/canonicalInputs";
import { holdsUnknown } from "../fedJoin/checkInputs";
import type { DiffResult } from "../fedJoin/diff";
import type { Stored } from "../fedJoin/state";

const updatable = ["controller", "password", "passwordFrom", "role"];

/**
 * What a change of inputs means. Another user name is another user, made before the former is deleted; all else is an
 * update, and so is a status other than `ready`. A changed controller address is the way to the site, not the site.
 */
export function diffUser(old: Stored, news: Stored): DiffResult {
  const [stored, inputs] = [canonicalInputs(old), canonicalInputs(news)];
  const isOther = !holdsUnknown(inputs["username"]) && stored["username"] !== inputs["username"];
  const changes =
    isOther ||
    stored["status"] !== "ready" ||
    holdsUnknown(inputs) ||
    updatable.some((key) => !isDeepStrictEqual(stored[key], inputs[key]));
  return { changes, replaces: isOther ? ["username"] : [], deleteBeforeReplace: false };
}
