import { create, destroy, type Operation, operations } from "./operations";
import { faultKinds } from "./faultKinds";
import type { Route } from "./world";

/** An operation on one route. */
export interface FaultCase {
  readonly operation: Operation;
  readonly route: Route;
}

/** One fault at one request of a case. */
export interface FaultCell {
  readonly faultCase: FaultCase;
  readonly request: number;
  readonly kind: string;
}

/** Reads the membership, as a refresh does. */
export const read: Operation = {
  title: "read",
  from: "member",
  to: "member",
  args: () => ["refresh"],
  recoveries: [["refresh"]],
  joins: 0,
  change: () => undefined,
};

const updates = operations.filter(({ title }) => title.startsWith("update"));

/** Without a login at the site, nobody sees that it was kicked, and there is no password of it to change. */
const needsSite = (operation: Operation): boolean => /credentials|kick/.test(operation.title);

export const faultCases: readonly FaultCase[] = [create, ...updates, destroy, read].flatMap((operation) =>
  (["controller", "master"] as const).flatMap((route) =>
    route === "master" && needsSite(operation) ? [] : [{ operation, route }],
  ),
);

/** Every kind of fault at each of the requests that the case sends without one. */
export function cellsOf(faultCase: FaultCase, requests: number): FaultCell[] {
  return Array.from({ length: requests }, (_, request) =>
    Object.keys(faultKinds).map((kind) => ({ faultCase, request, kind })),
  ).flat();
}
