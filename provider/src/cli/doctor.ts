import type { FedJoinInputs } from "../fedJoin/inputs";
import { withParties } from "../fedJoin/parties";
import type { Address } from "../ports";
import type { Stored } from "../fedJoin/state";
import type { Sides } from "../membership/look";
import { accountFindings } from "./accountFindings";
import { examineAccount, examineServer, federalGroups } from "./examine";
import {
  federationPortFindings,
  leftoverFindings,
  masterRoleFindings,
  siteRoleFindings,
  versionFindings,
} from "./federationFindings";
import type { LookedAt } from "./deployments";
import type { Finding } from "./finding";
import { doctorReport, type Checkup } from "./doctorReport";
import { mapLimited } from "./limited";
import { ask, askBoth, expected, replyOf, type CommandParts, type Observation } from "./observe";
import { planFor, planText, type Planned } from "./planDecision";
import type { Report } from "./report";
import { isUsable, serverFindings } from "./serverFindings";
import type { ServerProbe } from "./serverProbe";
import type { Declared } from "./settings";
import { sharedAccountFindings } from "./sharedAccounts";
import { byMaster } from "./wanted";

/** Checks all that a join needs. Sends reads and logins only; a refused login is not tried again. */
export async function doctor(
  members: readonly Declared[],
  parts: CommandParts,
  probe: ServerProbe,
  deployments: readonly LookedAt[] = [],
): Promise<Report> {
  const checkups: Checkup[] = [];
  for (const { master, entries } of byMaster(members, ({ inputs }) => inputs)) {
    const checks = await checkMasters(entries, parts, probe);
    const sites = await mapLimited(entries, async ({ inputs, written }) => ({
      storeId: inputs.storeId,
      findings: await checkSite(inputs, checks.get(settingsOfMaster(written))?.isUsable ?? false, parts, probe),
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
  members: readonly Declared[],
  parts: CommandParts,
  probe: ServerProbe,
): Promise<Map<string, MasterCheck>> {
  const checks = new Map<string, MasterCheck>();
  for (const { inputs, written } of members) {
    const key = settingsOfMaster(written);
    if (!checks.has(key)) checks.set(key, await checkMaster(inputs, parts, probe));
  }
  return checks;
}

function settingsOfMaster(written: Stored): string {
  return JSON.stringify(written["master"]);
}

async function checkMaster(inputs: FedJoinInputs, parts: CommandParts, probe: ServerProbe): Promise<MasterCheck> {
  const { rest, tls, federation } = inputs.master;
  const server = rest && (await examineServer("master", rest, tls ?? {}, parts, probe));
  const findings = server === undefined ? [] : serverFindings(server);
  const usable = server !== undefined && isUsable(server);
  let told: Address | undefined;
  if (usable && inputs.master.credentials !== undefined) {
    const side = await withSides(inputs, parts, async ({ master }) => {
      const account = await examineAccount(master, parts);
      const seen = account.state === "known" ? replyOf(await ask(master, parts)) : undefined;
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
  parts: CommandParts,
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
    const observation = await askBoth({ site: reads, master: masterUsable ? master : undefined }, parts);
    return [
      ...accountFindings("controller", account, inputs),
      ...(await federationOf(inputs, reads, observation, parts)),
      account.state === "failed"
        ? cannotTell("the site's controller")
        : masterUsable || inputs.master.credentials === undefined
          ? planFinding(planFor(inputs, observation))
          : cannotTell("the master"),
    ];
  });
  return [...findings, ...side];
}

async function federationOf(
  { controller }: FedJoinInputs,
  site: Sides["site"],
  observation: Observation,
  parts: CommandParts,
): Promise<Finding[]> {
  const seen = replyOf(observation.site);
  const master = replyOf(observation.master);
  if (controller === undefined || site === undefined || seen === undefined) return [];
  return [
    ...siteRoleFindings(seen),
    ...(master === undefined ? [] : versionFindings(master, seen.joint_clusters?.[0]?.id)),
    ...leftoverFindings(seen.fed_role, seen.fed_role === "" ? await federalGroups(site, parts) : undefined),
  ];
}

/** Findings made with the declared sessions; a secret that is not there is a finding too. */
async function withSides(
  inputs: FedJoinInputs,
  parts: CommandParts,
  work: (sides: Sides) => Promise<Finding[]>,
): Promise<Finding[]> {
  try {
    return await withParties(inputs, parts, ({ sides }) => work(sides));
  } catch (error) {
    const { summary, hint } = expected(error);
    return [{ level: "problem", check: "settings", text: summary, fix: hint }];
  }
}

/** A side that cannot be read is a problem of its own, said where it was found. */
function planFinding(planned: Planned): Finding {
  const level = planned.action === "fail" ? "problem" : planned.action === "unknown" ? "unknown" : "ok";
  return { level, check: "plan", text: planText(planned) };
}

function cannotTell(side: string): Finding {
  return { level: "unknown", check: "plan", text: `cannot tell what a join would do before ${side} can be read` };
}
