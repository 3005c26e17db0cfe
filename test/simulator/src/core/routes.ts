import type { Handler } from "./context";
import { Refusal } from "./errors";
import { config } from "./federation/config";
import { demote } from "./federation/demote";
import { commandInternal, deploy, view } from "./federation/deploy";
import { adopt } from "./federation/directJoin";
import { fedAuth, removeInternal } from "./federation/fedAuth";
import { events } from "./federation/events";
import { forward } from "./federation/forward";
import { join } from "./federation/join";
import { joinInternal, jointTestInternal } from "./federation/joinInternal";
import { joinToken } from "./federation/tickets";
import { kick } from "./federation/kick";
import { leave, leaveInternal } from "./federation/leave";
import { member } from "./federation/member";
import { pingInternal } from "./federation/ping";
import { pollInternal } from "./federation/poll";
import { promote } from "./federation/promote";
import {
  admissionOff,
  admissionStats,
  controllerStats,
  enforcerStats,
  forReaders,
  groups,
  images,
  list,
  log,
  nothingToScan,
  platforms,
  riskMetrics,
} from "./inventory";
import { login } from "./login";
import type { Listener } from "./message";
import type { Route } from "./router";
import { audits, compliance, systemAlerts } from "./securityLists";
import { keepAlive, listApiKeys, logout, selfApiKey, selfUser } from "./self";
import { eula, patchSystemConfig, summary, systemConfig } from "./system";
import { changeUser, createUser, deleteUser, listUsers, setPassword, showUser } from "./users";
import { listVulnerabilities, queryVulnerabilities } from "./vulnerabilities";

function on(listener: Listener, table: Readonly<Record<string, Handler>>): Route[] {
  return Object.entries(table).map(([key, handle]) => {
    const [method = "", path = ""] = key.split(" ");
    return { listener, method, path, handle };
  });
}

/**
 * Scan results travel in a binary form that is not simulated: a member is told that it sent nonsense
 * (rest-api.md#calls-between-controllers).
 */
function noScanData(): never {
  throw new Refusal(400, 6);
}

/** Every endpoint of the simulator, by listener (rest-api.md#who-calls-whom). */
export const routes: readonly Route[] = [
  ...on("rest", {
    "POST /v1/auth": login,
    "POST /v1/auth/local": login,
    "PATCH /v1/auth": keepAlive,
    "DELETE /v1/auth": logout,
    "GET /v1/eula": eula,
    "GET /v1/selfuser": selfUser,
    "GET /v1/selfapikey": selfApiKey,
    "GET /v1/api_key": listApiKeys,
    "GET /v1/user": listUsers,
    "POST /v1/user": createUser,
    "GET /v1/user/:fullname": showUser,
    "PATCH /v1/user/:fullname": changeUser,
    "DELETE /v1/user/:fullname": deleteUser,
    "POST /v1/user/:fullname/password": setPassword,
    "GET /v1/system/summary": summary,
    "GET /v1/system/config": systemConfig,
    "PATCH /v1/system/config": patchSystemConfig,
    "GET /v1/conversation": list("conversations", "endpoints"),
    "GET /v1/enforcer": list("enforcers"),
    "GET /v1/enforcer/:id/stats": enforcerStats,
    "GET /v1/controller": list("controllers"),
    "GET /v1/controller/:id/stats": controllerStats,
    "GET /v1/host": list("hosts"),
    "GET /v1/debug/admission_stats": admissionStats,
    "GET /v1/scan/registry": list("summarys"),
    "GET /v1/scan/registry/:name/images": images,
    "GET /v1/scan/platform": platforms,
    "GET /v1/scan/scanner": list("scanners"),
    "GET /v1/scan/status": forReaders(nothingToScan),
    "GET /v1/workload": list("workloads"),
    "GET /v1/group": groups,
    "GET /v1/response/rule": list("rules"),
    "GET /v1/admission/rules": list("rules"),
    "GET /v1/admission/state": forReaders(admissionOff),
    "GET /v1/system/score/metrics": riskMetrics,
    "GET /v1/system/alerts": systemAlerts,
    "GET /v1/compliance/asset": compliance,
    "POST /v1/vulasset": queryVulnerabilities,
    "GET /v1/vulasset": listVulnerabilities,
    "GET /v1/log/threat": log("threats"),
    "GET /v1/log/incident": log("incidents"),
    "GET /v1/log/violation": log("violations"),
    "GET /v1/log/audit": audits,
    "GET /v1/log/event": events,
    "GET /v1/fed/member": member,
    "PATCH /v1/fed/config": config,
    "POST /v1/fed/promote": promote,
    "POST /v1/fed/demote": demote,
    "GET /v1/fed/join_token": joinToken,
    "POST /v1/fed/join": join,
    "POST /v1/fed/leave": leave,
    "DELETE /v1/fed/cluster/:id": kick,
    "POST /v1/fed/deploy": deploy,
    "GET /v1/fed/view/:id": view,
    "GET /v1/fed/cluster/:id/*path": forward,
    "POST /v1/fed/cluster/:id/*path": forward,
    "PATCH /v1/fed/cluster/:id/*path": forward,
    "DELETE /v1/fed/cluster/:id/*path": forward,
    "POST /v1/fed/ping_internal": pingInternal,
    "POST /v1/fed/joint_test_internal": jointTestInternal,
    "POST /v1/fed/remove_internal": removeInternal,
    "POST /v1/fed/command_internal": commandInternal,
    "POST /v1/fed_auth": fedAuth,
    "DELETE /v1/fed_auth": logout,
    "POST /v1/sim/adopt": adopt,
  }),
  ...on("federation", {
    "GET /v1/fed/healthcheck": () => undefined,
    "POST /v1/fed/join_internal": joinInternal,
    "POST /v1/fed/poll_internal": pollInternal,
    "POST /v1/fed/leave_internal": leaveInternal,
    "POST /v1/fed/scan_data_internal": noScanData,
  }),
];
