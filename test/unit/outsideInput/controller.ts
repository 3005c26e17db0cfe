import { createSession, type Session } from "@fedjoin/provider/internal/neuvector";
import { Secret } from "@fedjoin/provider/internal/values";
import { checkLogin, getAccount } from "../../../provider/src/neuvector/client/account";
import * as compliance from "../../../provider/src/neuvector/client/compliance";
import * as federation from "../../../provider/src/neuvector/client/federation";
import * as logs from "../../../provider/src/neuvector/client/logs";
import * as policy from "../../../provider/src/neuvector/client/policy";
import * as scan from "../../../provider/src/neuvector/client/scan";
import * as system from "../../../provider/src/neuvector/client/system";
import * as users from "../../../provider/src/neuvector/client/users";
import * as vulnerabilities from "../../../provider/src/neuvector/client/vulnerabilities";
import * as workloads from "../../../provider/src/neuvector/client/workloads";
import { toGoJson } from "@fedjoin/simulator";
import { portsAnswering } from "../../support/outsideInput/answers";
import type { Reader } from "../../support/outsideInput/reader";
import { memberBodies } from "../../support/richData";

const sharedSources = ["client/endpoint", "client/readArrays", "json/arrayReader"].map(
  (name) => `provider/src/neuvector/${name}.ts`,
);
const target = { protocol: "https", server: "c", port: 10443, tls: {} } as const;
const bodies = memberBodies();
const recorded = (path: string): string => {
  const body = bodies.get(path);
  if (body === undefined) throw new Error(`no answer to ${path}`);
  return toGoJson(body);
};

type Request = (session: Session) => Promise<unknown>;
type Row = readonly [file: string, valid: string, request: Request];

/** Every function of the client that reads an answer, by its name. */
const requests: Readonly<Record<string, Row>> = {
  getComplianceChecks: ["compliance", recorded("/v1/compliance/asset"), (api) => compliance.getComplianceChecks(api)],
  getFederation: ["federation", recorded("/v1/fed/member"), (api) => federation.getFederation(api)],
  mintJoinToken: ["federation", '{"join_token":"t"}', (api) => federation.mintJoinToken(api, 5)],
  getFederationEvents: [
    "logs",
    '{"events":[{"name":"Federation.Join","reported_at":"2026-11-30T12:00:00Z","message":"m"}]}',
    (api) => logs.getFederationEvents(api),
  ],
  getFederationHistory: [
    "logs",
    '{"events":[{"name":"Federation.Join","reported_at":"2026-11-30T12:00:00Z","message":"m"}]}',
    (api) => logs.getFederationHistory(api, 5),
  ],
  readAdmissionAudits: ["logs", recorded("/v1/log/audit"), (api) => logs.readAdmissionAudits(api)(5, 0)],
  readThreats: ["logs", recorded("/v1/log/threat"), (api) => logs.readThreats(api)(5, 0)],
  readIncidents: ["logs", recorded("/v1/log/incident"), (api) => logs.readIncidents(api)(5, 0)],
  readViolations: ["logs", recorded("/v1/log/violation"), (api) => logs.readViolations(api)(5, 0)],
  getAdmissionStats: ["policy", recorded("/v1/debug/admission_stats"), (api) => policy.getAdmissionStats(api)],
  getAdmissionState: ["policy", recorded("/v1/admission/state"), (api) => policy.getAdmissionState(api)],
  getAdmissionRules: ["policy", recorded("/v1/admission/rules"), (api) => policy.getAdmissionRules(api)],
  getResponseRules: ["policy", recorded("/v1/response/rule"), (api) => policy.getResponseRules(api)],
  getGroups: ["policy", recorded("/v1/group"), (api) => policy.getGroups(api)],
  getFederalGroupNames: ["policy", recorded("/v1/group"), (api) => policy.getFederalGroupNames(api)],
  getRegistries: ["scan", recorded("/v1/scan/registry"), (api) => scan.getRegistries(api)],
  getImages: ["scan", recorded("/v1/scan/registry/second/images"), (api) => scan.getImages(api, "r")],
  getPlatforms: ["scan", recorded("/v1/scan/platform"), (api) => scan.getPlatforms(api)],
  getScanners: ["scan", recorded("/v1/scan/scanner"), (api) => scan.getScanners(api)],
  getScanStatus: ["scan", recorded("/v1/scan/status"), (api) => scan.getScanStatus(api)],
  getSystemSummary: ["system", recorded("/v1/system/summary"), (api) => system.getSystemSummary(api)],
  getEnforcers: ["system", recorded("/v1/enforcer"), (api) => system.getEnforcers(api)],
  getControllers: ["system", recorded("/v1/controller"), (api) => system.getControllers(api)],
  getResourceUse: ["system", recorded("/v1/enforcer/enf1/stats"), (api) => system.getResourceUse(api, "enforcer", "e")],
  getHosts: ["system", recorded("/v1/host"), (api) => system.getHosts(api)],
  getRisk: ["system", recorded("/v1/system/score/metrics"), (api) => system.getRisk(api)],
  getSystemAlerts: ["system", recorded("/v1/system/alerts"), (api) => system.getSystemAlerts(api)],
  getUsers: ["users", recorded("/v1/user"), (api) => users.getUsers(api)],
  getApiKeys: ["users", recorded("/v1/api_key"), (api) => users.getApiKeys(api)],
  getUser: [
    "users",
    '{"user":{"role":"reader","role_domains":{"admin":["ns"]},"blocked_for_failed_login":true}}',
    (api) => users.getUser(api, "u"),
  ],
  getVulnerabilityCounts: [
    "vulnerabilities",
    recorded("/v1/vulasset"),
    (api) => vulnerabilities.getVulnerabilityCounts(api, true),
  ],
  getVulnerabilities: [
    "vulnerabilities",
    recorded("/v1/vulasset"),
    (api) => vulnerabilities.getVulnerabilities(api, "t", 5),
  ],
  getWorkloads: ["workloads", recorded("/v1/workload"), (api) => workloads.getWorkloads(api)],
  getConversations: ["workloads", recorded("/v1/conversation"), (api) => workloads.getConversations(api)],
};

/** The names of the functions whose answers are read below. */
export const testedRequests: readonly string[] = Object.keys(requests);

const account = { kind: "user", username: "u", password: new Secret("p") } as const;
const sessionAnswering = (body: string, credentials: Parameters<typeof createSession>[2]): Session =>
  createSession(portsAnswering({ body }), target, credentials);

/** What reads the answers of a controller. */
export const controllerReaders: readonly Reader[] = [
  ...Object.entries(requests).map(([name, [file, valid, request]]): Reader => ({
    name: `the answer to ${name}`,
    sources: [`provider/src/neuvector/client/${file}.ts`, ...sharedSources],
    valid: [valid],
    read: (body) => request(sessionAnswering(body, { kind: "none" })),
  })),
  {
    name: "the answer to a login",
    sources: ["provider/src/neuvector/session/login.ts", "provider/src/neuvector/session/exchange.ts"],
    valid: ['{"token":{"token":"t","timeout":300,"default_password":true}}'],
    read: (body) => checkLogin(sessionAnswering(body, account)),
  },
  {
    name: "the answer about an API key",
    sources: ["provider/src/neuvector/client/account.ts"],
    valid: [
      '{"apikey":{"apikey_name":"k","role":"admin","expiration_timestamp":9223372036854775807},"global_permissions":[{"id":"fed","read":true,"write":true}]}',
    ],
    read: (body) => getAccount(sessionAnswering(body, { kind: "apiKey", key: new Secret("k:s") }), 0, {}),
  },
  {
    name: "the answer about an account",
    sources: ["provider/src/neuvector/client/account.ts"],
    valid: ['{"user":{"role":"admin"},"password_days_until_expire":3,"global_permissions":null}'],
    read: (body) => getAccount(sessionAnswering(body, { kind: "none" }), 0, {}),
  },
];
