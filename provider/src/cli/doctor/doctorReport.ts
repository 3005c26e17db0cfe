import type { DeploymentFindings } from "./deployments";
import type { Finding, Level } from "./finding";
import type { Report } from "../report";
import { columns, pluralize } from "../format";

/** Findings of one master and its members. */
export interface MasterCheckup {
  readonly master: string;
  readonly findings: readonly Finding[];
  readonly members: readonly { readonly storeId: string; readonly findings: readonly Finding[] }[];
}

/** Makes the report of the doctor's findings. */
export function doctorReport(
  checkups: readonly MasterCheckup[],
  shared: readonly Finding[],
  deployments: readonly DeploymentFindings[],
): Report {
  const all = [...checkups.flatMap(({ findings, members }) => [findings, ...members.map((each) => each.findings)])];
  const findings = [...all.flat(), ...shared, ...deployments.flatMap((each) => each.findings)];
  const count = (level: Level): number => findings.filter((each) => each.level === level).length;
  const [problems, warnings] = [count("problem"), count("warning")];
  return {
    text: [
      ...checkups.flatMap(({ master, findings: own, members }) => [
        ...section(`master ${master}`, own),
        ...members.flatMap((member) => section(`member ${member.storeId}`, member.findings)),
      ]),
      ...deployments.flatMap((each) => section(`exporter of ${each.storeId}`, each.findings)),
      ...(shared.length === 0 ? [] : section("accounts", shared)),
      `${pluralize(problems, "problem")}, ${pluralize(warnings, "warning")}, ${count("ok")} ok, ${count("unknown")} unknown`,
    ],
    json: { masters: checkups, deployments, accounts: shared, problems, warnings },
    exitCode: problems === 0 ? 0 : 2,
  };
}

function section(title: string, findings: readonly Finding[]): string[] {
  const rows = findings.map(({ level, check, text, fix }) => [
    level,
    check,
    fix === undefined ? text : `${text}. ${fix.replace(/\.$/, "")}.`,
  ]);
  return [title, ...columns(rows), ""];
}
