import { exitCodeHelp } from "../../commandLine/commandLine";
import { readSettings, settingsCommand, settingsSource, type DeclareCommand, type RunDeps } from "../command";
import type { FedJoinInputs } from "../../resources/fedJoin/inputs";
import { withSessions } from "../../resources/fedJoin/withSessions";
import type { ResourceProps } from "../../resources/shared/props";
import type { FederationSessions } from "../../federation/observe";
import { accountFindings } from "../doctor/accountFindings";
import { examineAccount, examineServer, listFederalGroups } from "../doctor/examine";
import {
  federationPortFindings,
  federalGroupFindings,
  masterRoleFindings,
  siteRoleFindings,
  versionFindings,
} from "../doctor/federationFindings";
import { checkDeployments, type DeploymentFindings } from "../doctor/deployments";
import type { Finding } from "../doctor/finding";
import { doctorReport, type MasterCheckup } from "../doctor/doctorReport";
import { mapWithConcurrency } from "../../concurrency";
import {
  querySide,
  queryBothSides,
  expectedError,
  replyOf,
  type CommandDeps,
  type PartialObservation,
} from "../observation/observe";
import { planMember, describePlan, type PlannedAction } from "../decisions/plannedAction";
import { nameSettings } from "../settingPaths";
import type { Report } from "../report";
import { isUsable, serverFindings } from "../doctor/serverFindings";
import type { ServerProbe } from "../doctor/serverProbe";
import type { DeclaredMember } from "../settings";
import { sharedAccountFindings } from "../doctor/sharedAccounts";
import { groupByMaster } from "../observation/wantedMembership";
import type { Address } from "../../values/address";

export const declareDoctor: DeclareCommand = (program, select) => {
  settingsCommand(program, "doctor")
    .summary("find what would prevent a join")
    .description(
      `Checks what a join needs on both sides: addresses, certificates, logins, rights, clocks,
roles, versions and remaining federal groups; and, if the file has them (fedjoin-joins),
the clusters of exporters: context, namespace, rights, Secrets. Changes nothing. Never
repeats a refused login.`,
    )
    .addHelpText(
      "after",
      exitCodeHelp({
        0: "no problem; warnings are allowed",
        1: "wrong usage or settings",
        2: "at least one problem",
      }),
    )
    .action(({ json, ...where }) => {
      const source = settingsSource(where);
      const run = async (deps: RunDeps): Promise<Report> => {
        const { members, deployments } = await readSettings(source, deps);
        return doctor(members, deps, deps.probe, await checkDeployments(deployments, deps.kube));
      };
      select({ command: "doctor", json, run });
    });
};

/** Checks everything that a join needs. Sends only reads and logins, and never repeats a refused login. */
export async function doctor(
  members: readonly DeclaredMember[],
  deps: CommandDeps,
  probe: ServerProbe,
  deployments: readonly DeploymentFindings[] = [],
): Promise<Report> {
  const checkups: MasterCheckup[] = [];
  for (const { master, entries } of groupByMaster(members, ({ inputs }) => inputs)) {
    const checks = await checkMasters(entries, deps, probe);
    const sites = await mapWithConcurrency(entries, async ({ inputs, rawInputs, placeOf }) => {
      const findings = await checkSite(inputs, checks.get(masterKey(rawInputs))?.isUsable ?? false, deps, probe);
      return { storeId: inputs.storeId, findings: withPlaces(findings, placeOf) };
    });
    checkups.push({ master, findings: [...checks.values()].flatMap(({ findings }) => findings), members: sites });
  }
  return doctorReport(checkups, sharedAccountFindings(members), deployments);
}

/** What to do, with the settings named by their places in the file. */
const withPlaces = (findings: readonly Finding[], placeOf: DeclaredMember["placeOf"]): Finding[] =>
  findings.map(({ fix, ...finding }) => ({
    ...finding,
    ...(fix !== undefined && { fix: nameSettings(fix, placeOf) }),
  }));

interface MasterCheck {
  readonly isUsable: boolean;
  readonly findings: readonly Finding[];
}

/** Checks each master once for all members that declare it in the same way. */
async function checkMasters(
  members: readonly DeclaredMember[],
  deps: CommandDeps,
  probe: ServerProbe,
): Promise<Map<string, MasterCheck>> {
  const checks = new Map<string, MasterCheck>();
  for (const { inputs, rawInputs, placeOf } of members) {
    const key = masterKey(rawInputs);
    if (checks.has(key)) continue;
    const { findings, isUsable } = await checkMaster(inputs, deps, probe);
    checks.set(key, { isUsable, findings: withPlaces(findings, placeOf) });
  }
  return checks;
}

function masterKey(rawInputs: ResourceProps): string {
  return JSON.stringify(rawInputs["master"]);
}

async function checkMaster(inputs: FedJoinInputs, deps: CommandDeps, probe: ServerProbe): Promise<MasterCheck> {
  const { rest, tls, federation } = inputs.master;
  const server = rest && (await examineServer("master", rest, tls ?? {}, deps, probe));
  const findings = server === undefined ? [] : serverFindings(server);
  const usable = server !== undefined && isUsable(server);
  let reportedPort: Address | undefined;
  if (usable && inputs.master.credentials !== undefined) {
    const side = await withDeclaredSessions(inputs, deps, async ({ master }) => {
      const account = await examineAccount(master, deps);
      const reply = account.state === "known" ? replyOf(await querySide(master, deps)) : undefined;
      reportedPort = reply?.master_cluster?.rest_info;
      return [...accountFindings("master", account, inputs), ...(reply === undefined ? [] : masterRoleFindings(reply))];
    });
    findings.push(...side);
  }
  const port = federation ?? reportedPort;
  if (port !== undefined) findings.push(...federationPortFindings(port, await probe(port, {})));
  return { isUsable: usable, findings };
}

async function checkSite(
  inputs: FedJoinInputs,
  masterUsable: boolean,
  deps: CommandDeps,
  probe: ServerProbe,
): Promise<Finding[]> {
  const { controller } = inputs;
  const server = controller && (await examineServer("controller", controller, controller.tls ?? {}, deps, probe));
  const findings = server === undefined ? [] : serverFindings(server);
  const siteUsable = server !== undefined && isUsable(server);
  if (server !== undefined && !siteUsable) return [...findings, planUnknown("the site's controller")];
  const side = await withDeclaredSessions(inputs, deps, async ({ site, master }) => {
    const account = await examineAccount(site, deps);
    const reads = account.state === "known" ? site : undefined;
    const observation = await queryBothSides({ site: reads, master: masterUsable ? master : undefined }, deps);
    return [
      ...accountFindings("controller", account, inputs),
      ...(await federationOf(inputs, reads, observation, deps)),
      account.state === "failed"
        ? planUnknown("the site's controller")
        : masterUsable || inputs.master.credentials === undefined
          ? planFinding(planMember(inputs, observation))
          : planUnknown("the master"),
    ];
  });
  return [...findings, ...side];
}

async function federationOf(
  { controller }: FedJoinInputs,
  site: FederationSessions["site"],
  observation: PartialObservation,
  deps: CommandDeps,
): Promise<Finding[]> {
  const seen = replyOf(observation.site);
  const master = replyOf(observation.master);
  if (controller === undefined || site === undefined || seen === undefined) return [];
  return [
    ...siteRoleFindings(seen),
    ...(master === undefined ? [] : versionFindings(master, seen.joint_clusters?.[0]?.id)),
    ...federalGroupFindings(seen.fed_role, seen.fed_role === "" ? await listFederalGroups(site, deps) : undefined),
  ];
}

/** Findings of `work` with the declared sessions; a missing secret is a finding too. */
async function withDeclaredSessions(
  inputs: FedJoinInputs,
  deps: CommandDeps,
  work: (sessions: FederationSessions) => Promise<Finding[]>,
): Promise<Finding[]> {
  try {
    return await withSessions(inputs, deps, ({ sessions }) => work(sessions));
  } catch (error) {
    const { summary, hint } = expectedError(error);
    return [{ level: "problem", check: "settings", text: summary, fix: hint }];
  }
}

/** An unreadable side is no problem here: it already is one where it was found. */
function planFinding(planned: PlannedAction): Finding {
  const level = planned.action === "fail" ? "problem" : planned.action === "unknown" ? "unknown" : "ok";
  return { level, check: "plan", text: describePlan(planned) };
}

function planUnknown(side: string): Finding {
  return { level: "unknown", check: "plan", text: `what a join would do is unknown until ${side} can be read` };
}
