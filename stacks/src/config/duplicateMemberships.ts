import { basePath, port, server, storeId, addressKey } from "@fedjoin/provider/internal/values";
import * as z from "zod";
import { joinedBy } from "./scalars";

/** A duplicate in the list of members, at a path inside one of them. */
export interface DuplicateProblem {
  readonly member: number;
  readonly path: readonly string[];
  readonly message: string;
  /** The other member, if it is not the master. */
  readonly first?: number;
}

const address = z.object({ server, basePath: basePath.catch(""), port: port.default(10443) });

/** What identifies a membership. Read leniently: the schema reports malformed values. */
const identity = z.object({
  storeId: storeId
    .transform((id) => id.toLowerCase())
    .optional()
    .catch(undefined),
  name: z.string().optional().catch(undefined),
  joinedBy: joinedBy.default("pulumi").catch("pulumi"),
  controller: address.optional().catch(undefined),
  jointRest: address.optional().catch(undefined),
});

const masterIdentity = z.object({ rest: address.optional().catch(undefined) });

/**
 * Finds memberships with two owners: the same site, cluster name, controller or joint address twice, or the master's own.
 * Addresses and store ids are compared in their canonical form.
 */
export function findDuplicateMemberships(members: readonly unknown[], master?: unknown): DuplicateProblem[] {
  const identities = members.map((member) => identity.safeParse(member).data);
  const joining = identities.map((member) => (member?.joinedBy === "none" ? undefined : member));
  const ownedHere = identities.map((member) => (member?.joinedBy === "pulumi" ? member : undefined));
  return [
    ...duplicates(
      identities.map((member) => member?.storeId),
      ["storeId"],
    ),
    ...duplicates(
      joining.map((member) => member?.name),
      ["name"],
    ),
    ...duplicates(
      ownedHere.map((member) => keyOf(member?.controller)),
      ["controller"],
    ),
    ...duplicates(
      joining.map((member) => keyOf(member?.jointRest)),
      ["jointRest"],
    ),
    ...masterDuplicates(
      ownedHere.map((member) => keyOf(member?.controller)),
      ["controller"],
      master,
    ),
    ...masterDuplicates(
      joining.map((member) => keyOf(member?.jointRest)),
      ["jointRest"],
      master,
    ),
  ];
}

function keyOf(address: { readonly server: string; readonly port: number } | undefined): string | undefined {
  return address && addressKey(address);
}

function masterDuplicates(
  keys: readonly (string | undefined)[],
  path: readonly string[],
  master: unknown,
): DuplicateProblem[] {
  const own = keyOf(masterIdentity.safeParse(master).data?.rest);
  return keys.flatMap((key, member) =>
    key === undefined || key !== own
      ? []
      : [{ member, path, message: "is also master.rest: a master does not join itself" }],
  );
}

function duplicates(keys: readonly (string | undefined)[], path: readonly string[]): DuplicateProblem[] {
  return keys.flatMap((key, member) => {
    const first = keys.indexOf(key);
    if (key === undefined || first === member) return [];
    return [{ member, path, first, message: "a membership has one owner" }];
  });
}
