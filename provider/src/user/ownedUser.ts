import type { NamedOwnership } from "../fedJoin/withHolders";
import { addressAt } from "../fedJoin/addressAt";
import { unknownValue } from "../fedJoin/checkInputs";
import { sameAddress, type Address } from "../ports";

interface User {
  readonly controller: Address;
  readonly username: string;
}

/** What a NeuVectorUser owns. */
export const ownedUser: NamedOwnership<User> = {
  objectOf(values) {
    const [controller, username] = [addressAt(values, ["controller"], 10443), values["username"]];
    if (controller === undefined || typeof username !== "string" || username === unknownValue) return undefined;
    return { controller, username };
  },
  isSame: (one, other) => one.username === other.username && sameAddress(one.controller, other.controller),
  property: "username",
  object: "this user",
};
