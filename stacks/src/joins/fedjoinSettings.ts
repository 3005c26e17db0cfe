import { checkConfiguration } from "../config/checkConfiguration";
import type { Master, Member } from "../config/checkEnvironment";
import type { SchemaContext } from "../config/context";
import { configSections, isUnconfigured, projectNameOf } from "../config/source";
import { fedJoinArgs, placementOf } from "../deploy/memberArgs";
import { parsePrintedConfig } from "../cli/pulumiConfig";

/** The FedJoins of a stack, as the command `fedjoin` reads them. Contains every secret that is not a reference. */
export interface FedjoinSettings {
  readonly members: readonly object[];
  /** The exporters and their clusters, for `fedjoin doctor`. */
  readonly deployments?: readonly object[];
}

/**
 * The FedJoins of a stack, with notes on what they lack, or every problem of its configuration.
 * @param config What `pulumi config --json --show-secrets` writes.
 */
export function fedjoinSettingsOf(
  config: string,
  readFile: SchemaContext<string>["readFile"],
): { readonly joins: FedjoinSettings; readonly notes: readonly string[] } | { readonly problems: readonly string[] } {
  const sections = configSections(parsePrintedConfig(config), projectNameOf(readFile));
  const checked = checkConfiguration(sections, { secret: (plain) => plain, readFile });
  if ("problems" in checked) return isUnconfigured(sections) ? { problems: checked.problems.map(withFile) } : checked;
  const { master, members } = checked.environment;
  const owned = members.filter(({ joinedBy }) => joinedBy === "pulumi");
  const others = members.filter(({ joinedBy }) => joinedBy !== "pulumi");
  const unread = owned.filter(({ clusterUid }) => clusterUid === "auto");
  const deployments = members.flatMap((member) => deploymentOf(member, members));
  return {
    joins: {
      members: owned.flatMap((member) => inputsOf(member, master) ?? []),
      ...(deployments.length > 0 && { deployments }),
    },
    notes: [
      ...noteFor("left out, since no FedJoin owns the membership", others),
      ...noteFor("without the UID that a deployment reads, and without a name made from it", unread),
    ],
  };
}

function withFile(problem: string): string {
  return `${problem}. If a program of your own declares the FedJoins, give fedjoin their settings with --file instead of --stack`;
}

function deploymentOf(member: Member<string>, members: readonly Member<string>[]): object[] {
  const placement = placementOf(member, members);
  const { kubeconfig, context } = member.kubernetes;
  if (placement === undefined) return [];
  const cluster = { ...(kubeconfig !== undefined && { kubeconfig }), ...(context !== undefined && { context }) };
  return [{ storeId: member.storeId, ...placement, ...cluster }];
}

function inputsOf(member: Member<string>, master: Master<string>): object | undefined {
  const { clusterUid } = member;
  if (clusterUid !== "auto") return fedJoinArgs(member, master, clusterUid);
  const args = fedJoinArgs<string, string>(member, master, undefined);
  return args && { ...args, nameSuffix: undefined };
}

function noteFor(text: string, members: readonly Member<string>[]): string[] {
  return members.length === 0 ? [] : [`${text}: ${members.map(({ storeId }) => storeId).join(", ")}`];
}
