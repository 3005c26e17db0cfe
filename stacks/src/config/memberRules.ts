import { valueAt, type Rule } from "@fedjoin/provider/internal/values";
import { isOwnedElsewhere } from "./defaults";
import { containsAccount, containsSetting, type SecretSetting } from "./existingSecret";
import type { MasterFacts } from "./master";
import type { MemberKeys } from "./memberKeys";

type Member = MemberKeys<unknown>;
type MemberRule = Rule<Member>;

/** What the keys of a member require of each other and of the master. */
export function memberRules(master: MasterFacts): readonly MemberRule[] {
  const viaMaster = master.joinVia === "master";
  return [
    ["jointRest", "is required to join", (member) => member.joinedBy === "none" || member.jointRest !== undefined],
    byPulumi(
      "joinedBy",
      "needs master.joinToken, master.joinTokenUrl, or master.credentials to mint a token",
      () => master.hasToken || master.hasCredentials,
    ),
    byExporter(
      "joinedBy",
      "an exporter mints no token: it needs master.joinToken or master.joinTokenUrl",
      (member) => master.hasToken || secretHoldsToken(member),
    ),
    byExporter(
      "joinedBy",
      "an exporter reads no references: give master.joinToken, or joinTokenUrl and its bearer, themselves",
      (member) =>
        secretHoldsToken(member) ? secretHolds(member, "JOIN_TOKEN") || !master.refersToBearer : !master.refersToToken,
    ),
    byExporter(
      "ifAbsent",
      "an exporter joins wherever it is absent: fail needs joinedBy: pulumi",
      ({ ifAbsent }) => ifAbsent !== "fail",
    ),
    byExporter(
      "nameSuffix",
      "an exporter draws its suffix: uid needs joinedBy: pulumi; or give a name",
      ({ nameSuffix }) => nameSuffix !== "uid",
    ),
    onlyByPulumi("protect", ({ protect }) => protect),
    onlyByPulumi("retainOnDelete", ({ retainOnDelete }) => retainOnDelete),
    [
      "clusterUid",
      "is required by nameSuffix: uid; auto reads it from the cluster",
      ({ nameSuffix, clusterUid }) => nameSuffix !== "uid" || clusterUid !== undefined,
    ],
    byPulumi("controller.server", "is required: the join is sent there", (member) => viaMaster || hasServer(member)),
    byPulumi(
      "controller.server",
      "is required, unless there are master.credentials: one side must be readable",
      (member) => !viaMaster || master.hasCredentials || hasServer(member),
    ),
    [
      "controller.service",
      "is required by the exporter, unless controller.server serves it too",
      ({ exporter, controller }) => !exporter.enabled || (controller?.service ?? controller?.server) !== undefined,
    ],
    [
      "exporter.enabled",
      "joinedBy: exporter needs the exporter, and joinedBy: none has nothing else to deploy",
      ({ joinedBy, exporter }) => joinedBy === "pulumi" || exporter.enabled,
    ],
    [
      "exporter.joinMode",
      "only an exporter that joins has one: it needs joinedBy: exporter",
      ({ joinedBy, exporter }) => joinedBy === "exporter" || exporter.joinMode === undefined,
    ],
    [
      "exporter.credentials",
      accountIsReference,
      ({ exporter, controller }) => !exporter.enabled || !hasReference(controller) || hasScrapeAccount(exporter),
    ],
    byExporter(
      "exporter.joinCredentials",
      accountIsReference,
      ({ exporter, controller }) => viaMaster || !hasReference(controller) || hasJoinAccount(exporter),
    ),
    [
      "controller.credentials",
      "is required",
      ({ joinedBy, exporter, controller }) =>
        controller === undefined ||
        controller.credentials !== undefined ||
        (joinedBy !== "pulumi" && hasScrapeAccount(exporter)),
    ],
    [
      "exporter.existingSecret.holds",
      "settings of the join need joinedBy: exporter",
      (member) => member.joinedBy === "exporter" || !joinSettings.some((setting) => secretHolds(member, setting)),
    ],
  ];
}

const accountIsReference =
  "is required: the exporter's Secret needs the account itself, and controller.credentials is only a reference";

/** A rule for members whose membership a FedJoin owns. */
function byPulumi(path: string, message: string, isMet: (member: Member) => boolean): MemberRule {
  return [path, message, (member) => member.joinedBy !== "pulumi" || isMet(member)];
}

/** A rule for members whose exporter joins by itself. */
function byExporter(path: string, message: string, isMet: (member: Member) => boolean): MemberRule {
  return [path, message, (member) => member.joinedBy !== "exporter" || isMet(member)];
}

function onlyByPulumi(path: string, valueOf: (member: Member) => unknown): MemberRule {
  return [
    path,
    "only a FedJoin has it: it needs joinedBy: pulumi",
    (member) => !isOwnedElsewhere(member.joinedBy) || valueOf(member) === undefined,
  ];
}

type Exporter = Pick<Member["exporter"], "existingSecret" | "credentials" | "joinCredentials">;

const joinSettings = [
  "JOIN_USERNAME",
  "JOIN_PASSWORD",
  "JOIN_APIKEY",
  "JOIN_TOKEN",
  "JOIN_TOKEN_URL",
] as const satisfies readonly SecretSetting[];

function secretHolds({ exporter }: { readonly exporter: Exporter }, setting: SecretSetting): boolean {
  return containsSetting(exporter.existingSecret?.holds, setting);
}

function secretHoldsToken(member: { readonly exporter: Exporter }): boolean {
  return secretHolds(member, "JOIN_TOKEN") || secretHolds(member, "JOIN_TOKEN_URL");
}

/** True for an exporter that scrapes with an account of its own. */
function hasScrapeAccount({ credentials, existingSecret }: Exporter): boolean {
  return credentials !== undefined || containsAccount(existingSecret?.holds, "CTRL");
}

/** True for an exporter that joins with an account from its own keys or Secret. */
function hasJoinAccount({ joinCredentials, existingSecret }: Exporter): boolean {
  const held = existingSecret?.holds;
  return joinCredentials !== undefined || containsAccount(held, "CTRL") || containsAccount(held, "JOIN");
}

function hasServer({ controller }: Member): boolean {
  return controller?.server !== undefined;
}

/** True for an account whose secret only a FedJoin can read. */
export function hasReference(controller: { readonly credentials?: object } | undefined): boolean {
  const credentials = controller?.credentials;
  return valueAt(credentials, ["passwordFrom"]) !== undefined || valueAt(credentials, ["apiKeyFrom"]) !== undefined;
}
