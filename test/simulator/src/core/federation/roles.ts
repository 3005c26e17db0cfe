import type { Context } from "../context";
import { Refusal } from "../errors";
import type { Mastership, Membership } from "../state";

/** @throws {Refusal} 400/4 unless the controller is a master. */
export function requireMaster({ state: { federation } }: Context): Mastership {
  if (federation.role !== "master") throw new Refusal(400, 4);
  return federation;
}

/** @throws {Refusal} 400/4 unless the controller is a joint cluster. */
export function requireJoint({ state: { federation } }: Context): Membership {
  if (federation.role !== "joint") throw new Refusal(400, 4);
  return federation;
}

/** @throws {Refusal} 400/4 unless the controller is in no federation. */
export function requireStandalone({ state: { federation } }: Context): void {
  if (federation.role !== "") throw new Refusal(400, 4);
}
