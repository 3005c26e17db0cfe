import { exitCodeHelp } from "../../commandLine/commandLine";
import { textOption } from "../../commandLine/options";
import { readSettings, readText, settingsCommand, settingsSource, type DeclareCommand } from "../command";
import { planPreview } from "./planPreview";
import { observeAll } from "../observation/observeAll";
import type { CommandDeps } from "../observation/observe";
import { isPlanProblem, planMember, describePlan, type PlannedAction } from "../decisions/plannedAction";
import type { Report } from "../report";
import type { DeclaredMember } from "../settings";
import { columns, pluralize, withRepeatsShortened } from "../format";
import { groupByMaster } from "../observation/wantedMembership";

export const declarePlan: DeclareCommand = (program, select) => {
  settingsCommand(program, "plan")
    .summary("show what a deployment would do, for each member")
    .description(
      `With --stack or --file, reads the controllers and shows for each declared member what
a deployment would do. With --preview, contacts no controller and lists who would
leave, and why. Changes nothing.

  fedjoin plan --stack NAME
  pulumi preview --json --show-sames --stack NAME | fedjoin plan --preview -`,
    )
    .addOption(
      textOption("--preview <file>", "output of pulumi preview --json; - reads standard input").conflicts([
        "file",
        "stack",
      ]),
    )
    .addHelpText(
      "after",
      exitCodeHelp({
        0: "every member is in place or will be, or the preview was read",
        1: "wrong usage, settings or preview",
        2: "a member would fail, the preview failed, or a state cannot be determined",
      }),
    )
    .action(({ preview, json, ...where }) => {
      if (preview !== undefined) {
        select({ command: "plan", json, run: async (deps) => planPreview(await readText("preview", preview, deps)) });
        return;
      }
      const source = settingsSource(where);
      select({ command: "plan", json, run: async (deps) => plan((await readSettings(source, deps)).members, deps) });
    });
};

/** Reports what a deployment would do, per master. Sends only reads and logins. */
export async function plan(members: readonly DeclaredMember[], deps: CommandDeps): Promise<Report> {
  const observed = await observeAll(members, ({ inputs }) => inputs, deps);
  const lines = observed.map(({ item: { inputs }, observation }) => ({
    inputs,
    planned: planMember(inputs, observation),
  }));
  const masters = groupByMaster(lines, ({ inputs }) => inputs);
  return {
    text: [
      ...masters.flatMap(({ master, entries }) => {
        const all = entries.map(({ inputs, planned }) => [inputs.storeId, describePlan(planned)]);
        const { rows, links } = withRepeatsShortened(all);
        return [`master ${master}`, ...columns(rows), ...links, ""];
      }),
      summary(lines.map(({ planned }) => planned)),
      ...(lines.some(({ planned }) => planned.action === "adopt") ? [otherStacksNote] : []),
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

/** A controller does not know which stack owns a membership. */
const otherStacksNote =
  "An adopted membership may be in another stack's state; it must be in only one. Check with fedjoin members --all.";

const actionLabels: Readonly<Record<PlannedAction["action"], string>> = {
  nothing: "in place",
  adopt: "to adopt or keep",
  join: "to join",
  rejoin: "to rejoin",
  clean_up_and_join: "to clean up and join",
  wait: "to wait for",
  fail: "will fail",
  unknown: "unknown",
};

function summary(planned: readonly PlannedAction[]): string {
  const counts = Object.entries(actionLabels).flatMap(([action, words]) => {
    const number = planned.filter((each) => each.action === action).length;
    return number === 0 ? [] : [`${number} ${words}`];
  });
  return `${pluralize(planned.length, "member")}: ${counts.join(", ")}`;
}
