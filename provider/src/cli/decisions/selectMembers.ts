import { ProgramError } from "../../commandLine/commandLine";
import { closestMatch } from "../../values/unknownKeys";
import type { DeclaredMember } from "../settings";

/** The members with these store ids; all of them without. @throws ProgramError for an id that no member has. */
export function selectMembers(
  members: readonly DeclaredMember[],
  storeIds: readonly string[] | undefined,
): readonly DeclaredMember[] {
  if (storeIds === undefined) return members;
  const known = members.map(({ inputs }) => inputs.storeId);
  const unknown = storeIds.find((storeId) => !known.includes(storeId));
  if (unknown !== undefined) {
    const near = closestMatch(unknown, known, 2);
    throw new ProgramError(
      `--member: no such member is declared${near === undefined ? "" : `, did you mean ${near}?`}`,
    );
  }
  return members.filter(({ inputs }) => storeIds.includes(inputs.storeId));
}
