import { observeAll } from "../observation/observeAll";
import type { CommandDeps } from "../observation/observe";
import { isPlanProblem, planMember, describePlan, type PlannedAction } from "../decisions/plannedAction";
import type { Report } from "../report";
import type { DeclaredMember } from "../settings";
import { columns, pluralize, withRepeatsShortened } from "../format";
import { groupByMaster } from "../observation/wantedMembership";

/** What a deployment would do, one list per master. Sends reads and logins only. */
export async function plan(members: readonly DeclaredMember[], parts: CommandDeps): Promise<Report> {
  const watched = await observeAll(members, ({ inputs }) => inputs, parts);
  const lines = watched.map(({ item: { inputs }, observation }) => ({
    inputs,
    planned: planMember(inputs, observation),
  }));
  const masters = groupByMaster(lines, ({ inputs }) => inputs);
  return {
    text: [
      ...masters.flatMap(({ master, entries }) => [
        `master ${master}`,
        ...columns(withRepeatsShortened(entries.map(({ inputs, planned }) => [inputs.storeId, describePlan(planned)]))),
        "",
      ]),
      summary(lines.map(({ planned }) => planned)),
      ...(lines.some(({ planned }) => planned.action === "adopt") ? [ofOtherStacks] : []),
    ],
    json: {
      masters: masters.map(({ master, entries }) => ({
        master,
        members: entries.map(({ inputs, planned }) => ({
          storeId: inputs.storeId,
          ...planned,
          text: describePlan(planned),
        })),
      })),
    },
    exitCode: lines.some(({ planned }) => isPlanProblem(planned)) ? 2 : 0,
  };
}

/** A controller knows no stacks. */
const ofOtherStacks =
  "A membership that is adopted may be in another stack's state: fedjoin members --all says so. It must be in one only.";

const inWords: Readonly<Record<PlannedAction["action"], string>> = {
  nothing: "in place",
  adopt: "to adopt",
  join: "to join",
  rejoin: "to rejoin",
  clean_up_and_join: "to clean up and join",
  wait: "to wait for",
  fail: "will fail",
  unknown: "unknown",
};

function summary(planned: readonly PlannedAction[]): string {
  const counts = Object.entries(inWords).flatMap(([action, words]) => {
    const number = planned.filter((each) => each.action === action).length;
    return number === 0 ? [] : [`${number} ${words}`];
  });
  return `${pluralize(planned.length, "member")}: ${counts.join(", ")}`;
}
