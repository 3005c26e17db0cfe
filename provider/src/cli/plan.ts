import { observeAll } from "./askOnce";
import type { CommandParts } from "./observe";
import { isFinding, planFor, planText, type Planned } from "./planDecision";
import type { Report } from "./report";
import type { Declared } from "./settings";
import { columns, count, toldOnce } from "./text";
import { byMaster } from "./wanted";

/** What a deployment would do, one list per master. Sends reads and logins only. */
export async function plan(members: readonly Declared[], parts: CommandParts): Promise<Report> {
  const watched = await observeAll(members, ({ inputs }) => inputs, parts);
  const lines = watched.map(({ item: { inputs }, observation }) => ({ inputs, planned: planFor(inputs, observation) }));
  const masters = byMaster(lines, ({ inputs }) => inputs);
  return {
    text: [
      ...masters.flatMap(({ master, entries }) => [
        `master ${master}`,
        ...columns(toldOnce(entries.map(({ inputs, planned }) => [inputs.storeId, planText(planned)]))),
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
          text: planText(planned),
        })),
      })),
    },
    exitCode: lines.some(({ planned }) => isFinding(planned)) ? 2 : 0,
  };
}

/** A controller knows no stacks. */
const ofOtherStacks =
  "A membership that is adopted may be in another stack's state: fedjoin members --all says so. It must be in one only.";

const inWords: Readonly<Record<Planned["action"], string>> = {
  nothing: "in place",
  adopt: "to adopt",
  join: "to join",
  rejoin: "to rejoin",
  clean_up_and_join: "to clean up and join",
  wait: "to wait for",
  fail: "will fail",
  unknown: "unknown",
};

function summary(planned: readonly Planned[]): string {
  const counts = Object.entries(inWords).flatMap(([action, words]) => {
    const number = planned.filter((each) => each.action === action).length;
    return number === 0 ? [] : [`${number} ${words}`];
  });
  return `${count(planned.length, "member")}: ${counts.join(", ")}`;
}
