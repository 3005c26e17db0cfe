import type { FedJoinInputs } from "../../resources/fedJoin/inputs";
import { withSessions } from "../../resources/fedJoin/withSessions";
import type { Address } from "../../neuvector/ports";
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
import type { DeploymentFindings } from "../doctor/deployments";
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
import type { Report } from "../report";
import { isUsable, serverFindings } from "../doctor/serverFindings";
import type { ServerProbe } from "../doctor/serverProbe";
import type { DeclaredMember } from "../settings";
import { sharedAccountFindings } from "../doctor/sharedAccounts";
import { groupByMaster } from "../observation/wantedMembership";

/** Checks all that a join needs. Sends reads and logins only; a refused login is not tried again. */
export async function doctor(
  members: readonly DeclaredMember[],
  parts: CommandDeps,
  probe: ServerProbe,
  deployments: readonly DeploymentFindings[] = [],
): Promise<Report> {
  const checkups: MasterCheckup[] = [];
  for (const { master, entries } of groupByMaster(members, ({ inputs }) => inputs)) {
    const checks = await checkMasters(entries, parts, probe);
    const sites = await mapWithConcurrency(entries, async ({ inputs, rawInputs }) => ({
      storeId: inputs.storeId,
      findings: await checkSite(inputs, checks.get(settingsOfMaster(rawInputs))?.isUsable ?? false, parts, probe),
    }));
    checkups.push({ master, findings: [...checks.values()].flatMap(({ findings }) => findings), members: sites });
  }
  return doctorReport(checkups, sharedAccountFindings(members), deployments);
}

interface MasterCheck {
  readonly isUsable: boolean;
  readonly findings: readonly Finding[];
}

/** One check of the master for all members that declare it alike. */
async function checkMasters(
  members: readonly DeclaredMember[],
  parts: CommandDeps,
  probe: ServerProbe,
): Promise<Map<string, MasterCheck>> {
  const checks = new Map<string, MasterCheck>();
  for (const { inputs, rawInputs } of members) {
    const key = settingsOfMaster(rawInputs);
    if (!checks.has(key)) checks.set(key, await checkMaster(inputs, parts, probe));
  }
  return checks;
}

function settingsOfMaster(written: ResourceProps): string {
  return JSON.stringify(written["master"]);
}

async function checkMaster(inputs: FedJoinInputs, parts: CommandDeps, probe: ServerProbe): Promise<MasterCheck> {
  const { rest, tls, federation } = inputs.master;
  const server = rest && (await examineServer("master", rest, tls ?? {}, parts, probe));
  const findings = server === undefined ? [] : serverFindings(server);
  const usable = server !== undefined && isUsable(server);
  let told: Address | undefined;
  if (usable && inputs.master.credentials !== undefined) {
    const side = await withSides(inputs, parts, async ({ master }) => {
      const account = await examineAccount(master, parts);
      const seen = account.state === "known" ? replyOf(await querySide(master, parts)) : undefined;
      told = seen?.master_cluster?.rest_info;
      return [...accountFindings("master", account, inputs), ...(seen === undefined ? [] : masterRoleFindings(seen))];
    });
    findings.push(...side);
  }
  const port = federation ?? told;
  if (port !== undefined) findings.push(...federationPortFindings(port, await probe(port, {})));
  return { isUsable: usable, findings };
}

async function checkSite(
  inputs: FedJoinInputs,
  masterUsable: boolean,
  parts: CommandDeps,
  probe: ServerProbe,
): Promise<Finding[]> {
  const { controller } = inputs;
  const server = controller && (await examineServer("controller", controller, controller.tls ?? {}, parts, probe));
  const findings = server === undefined ? [] : serverFindings(server);
  const siteUsable = server !== undefined && isUsable(server);
  if (server !== undefined && !siteUsable) return [...findings, cannotTell("the site's controller")];
  const side = await withSides(inputs, parts, async ({ site, master }) => {
    const account = await examineAccount(site, parts);
    const reads = account.state === "known" ? site : undefined;
    const observation = await queryBothSides({ site: reads, master: masterUsable ? master : undefined }, parts);
    return [
      ...accountFindings("controller", account, inputs),
      ...(await federationOf(inputs, reads, observation, parts)),
      account.state === "failed"
        ? cannotTell("the site's controller")
        : masterUsable || inputs.master.credentials === undefined
          ? planFinding(planMember(inputs, observation))
          : cannotTell("the master"),
    ];
  });
  return [...findings, ...side];
}

async function federationOf(
  { controller }: FedJoinInputs,
  site: FederationSessions["site"],
  observation: PartialObservation,
  parts: CommandDeps,
): Promise<Finding[]> {
  const seen = replyOf(observation.site);
  const master = replyOf(observation.master);
  if (controller === undefined || site === undefined || seen === undefined) return [];
  return [
    ...siteRoleFindings(seen),
    ...(master === undefined ? [] : versionFindings(master, seen.joint_clusters?.[0]?.id)),
    ...federalGroupFindings(seen.fed_role, seen.fed_role === "" ? await listFederalGroups(site, parts) : undefined),
  ];
}

/** Findings made with the declared sessions; a secret that is not there is a finding too. */
async function withSides(
  inputs: FedJoinInputs,
  parts: CommandDeps,
  work: (sides: FederationSessions) => Promise<Finding[]>,
): Promise<Finding[]> {
  try {
    return await withSessions(inputs, parts, ({ sessions }) => work(sessions));
  } catch (error) {
    const { summary, hint } = expectedError(error);
    return [{ level: "problem", check: "settings", text: summary, fix: hint }];
  }
}

/** A side that cannot be read is a problem of its own, said where it was found. */
function planFinding(planned: PlannedAction): Finding {
  const level = planned.action === "fail" ? "problem" : planned.action === "unknown" ? "unknown" : "ok";
  return { level, check: "plan", text: describePlan(planned) };
}

function cannotTell(side: string): Finding {
  return { level: "unknown", check: "plan", text: `cannot tell what a join would do before ${side} can be read` };
}
