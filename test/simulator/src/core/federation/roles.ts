import type { Context } from "../context";
import { Refusal } from "../errors";
import type { Mastership } from "../state";

/** @throws {Refusal} 400/4 unless the controller is a master. */
export function requireMaster({ state: { federation } }: Context): Mastership {
  if (federation.role !== "master") throw new Refusal(400, 4);
  return federation;
}
