import type { Context } from "../context";
import { Refusal } from "../errors";

/** @throws {Refusal} 428/4 with the names of federal groups that cannot be purged (rest-api.md#joining). */
export function refuseRemainingGroups({ options: { remainingFedGroups } }: Context): void {
  if (remainingFedGroups.length > 0) throw new Refusal(428, 4, remainingFedGroups.join(", "));
}
