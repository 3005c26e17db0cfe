import type { ResourceOwnership } from "../shared/withOwnership";
import { readAddress } from "../shared/addressAt";
import { unknownValue } from "../shared/checkInputs";
import { sameAddress, type Address } from "../../neuvector/ports";

interface User {
  readonly controller: Address;
  readonly username: string;
}

/** What a NeuVectorUser owns. */
export const ownedUser: ResourceOwnership<User> = {
  readObject(values) {
    const [controller, username] = [readAddress(values, ["controller"], 10443), values["username"]];
    if (controller === undefined || typeof username !== "string" || username === unknownValue) return undefined;
    return { controller, username };
  },
  isSame: (one, other) => one.username === other.username && sameAddress(one.controller, other.controller),
  property: "username",
  description: "this user",
};
