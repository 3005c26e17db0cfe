import { decodeJoinToken, type JoinEvent, type JoinOutcome } from "@fedjoin/provider/internal/federation";
import {
  isCancelled,
  isLoginRefusal,
  NeuVectorError,
  reactionTo,
  type Log,
} from "@fedjoin/provider/internal/neuvector";
import { STATUS_CODES } from "node:http";
import type { JoinConfig } from "../settings/joinConfig";
import { tlsChoices, type TlsPrefix } from "../values/tlsSettings";
import { formatAddress } from "@fedjoin/provider/internal/values";

/** Logs a join in the exact words of R10. */
export interface JoinLog {
  skipped(problems: readonly string[]): void;
  started(config: JoinConfig, name: string, isRejoin: boolean): void;
  event(event: JoinEvent): void;
  finished(outcome: JoinOutcome): void;
}

const banner = "=".repeat(60);

export function createJoinLog(log: Log, via: JoinConfig["via"] = "master"): JoinLog {
  /** True from the request to the token URL until its response. */
  let isFetching = false;

  const logBanner = (message: string): void => {
    for (const line of [banner, message, banner]) log("info", line);
  };

  const logFailedFetch = (): void => {
    if (isFetching) log("error", "Failed to fetch join token");
    isFetching = false;
  };

  return {
    skipped(problems) {
      logBanner("Starting federation join process...");
      for (const problem of problems) log("error", `Configuration validation failed: ${problem}`);
      log("warn", "Skipping federation join");
    },

    started(config, name, isRejoin) {
      logBanner(isRejoin ? "Restoring the federation membership..." : "Starting federation join process...");
      for (const warning of config.warnings) log("warn", warning);
      log("info", `Cluster name: ${name}`);
      log("info", `Master cluster address: ${describeMaster(config)}`);
      log("info", `Joint REST info: ${formatAddress(config.membership.jointRest)}`);
    },

    event(event) {
      switch (event.type) {
        case "token_fetching":
          isFetching = true;
          log("info", `Fetching join token from URL: ${event.url}`);
          return;
        case "token_fetched":
          isFetching = false;
          log("info", "Successfully fetched join token from URL");
          return;
        case "sending":
          log("info", `Sending join request to ${event.url}`);
          return;
        case "accepted":
          log("info", "Join request successful: 200");
          return;
        case "failed":
          log("warn", `Join request failed: ${describeStatus(event.error)}`);
          return;
        case "retrying": {
          const { retry, maxRetries, delaySeconds, error } = event.notice;
          logFailedFetch();
          log("warn", `Retryable error: ${describeStatus(error)}`);
          log("info", describeRest(error));
          log("info", `Retry ${retry}/${maxRetries} after ${Number(delaySeconds.toFixed(3))} seconds...`);
        }
      }
    },

    finished(outcome) {
      switch (outcome.state) {
        case "joined":
          if (outcome.how === "adopted") log("info", `Already a member as ${outcome.member.name}`);
          logBanner("Federation join completed successfully!");
          return;
        case "unconfirmed":
          log("warn", `The join of ${outcome.name} was accepted, but no side that can be read shows it yet`);
          logBanner("Federation join completed successfully!");
          return;
        case "failed": {
          const { error } = outcome;
          if (isCancelled(error)) {
            log("info", "Federation join stopped");
            return;
          }
          const prefix = isFetching ? "JOIN_TOKEN_URL_" : via === "master" ? "MASTER_" : "CTRL_";
          logFailedFetch();
          for (const line of describeError(error, prefix)) log(logLevelOf(error), line);
          if (outcome.mayHaveJoined) log("warn", `The master may still have accepted ${outcome.name}`);
          log("warn", "Federation join failed; metrics are not affected");
        }
      }
    },
  };
}

function describeMaster({ via, masterRest, membership, token }: JoinConfig): string {
  if (via === "master") return formatAddress(masterRest);
  const inToken = token.kind === "given" ? decodeJoinToken(token.token) : undefined;
  const address = membership.master.federation ?? inToken;
  return address === undefined ? "as in the join token" : formatAddress(address);
}

/** Returns a text such as `500 - Internal Server Error`; 0 stands for no response (R7). */
function describeStatus({ status, kind, summary }: NeuVectorError): string {
  if (status !== undefined) return `${status} - ${STATUS_CODES[status] ?? "unknown"}`;
  return kind === "network" || kind === "timeout" || kind === "tls" ? `0 - ${summary}` : summary;
}

/** Returns what `describeStatus` leaves out of the message: all of it after a status, otherwise only the hint. */
function describeRest(error: NeuVectorError): string {
  return error.status === undefined ? `${error.hint} ${error.link}` : error.message;
}

/** What to do about a site that its master removed, or may have removed. */
export const rejoinAdvice = "ask the master's admin; JOIN_REJOIN_AFTER_KICK=true lets it join again";

/** Returns the message for a site with two owners; `found` describes the two memberships. */
export function conflictMessage(found: string): string {
  return `Two owners of one site: ${found}. Another exporter, a FedJoin or a person made the other membership: remove one of the owners, then restart this exporter, which does nothing until then`;
}

const accountKinds = new Set(["unauthorized", "login_rejected", "locked_out", "password_change_required"]);

function describeError(error: unknown, prefix: TlsPrefix): string[] {
  if (!(error instanceof NeuVectorError)) return [`Federation join failed unexpectedly: ${String(error)}`];
  if (reactionTo(error) === "retry") return [error.message];
  // The back-off after a refused login has been logged at its start.
  const isLogged = isLoginRefusal(error) && error.operation === "login";
  return [
    ...(accountKinds.has(error.kind) ? ["Authentication failed"] : []),
    `Non-retryable error: ${describeStatus(error)}`,
    ...(isLogged ? [] : [describeDetails(error, prefix)]),
  ];
}

function describeDetails(error: NeuVectorError, prefix: TlsPrefix): string {
  if (error.kind === "membership_differs") return conflictMessage(error.summary);
  if (error.kind === "kicked") return `No join without the consent of the master: ${rejoinAdvice}`;
  return error.certificate === undefined ? describeRest(error) : tlsChoices(prefix, error.certificate);
}

/** A taken name is a warning, everything else an error (R7). */
function logLevelOf(error: unknown): "warn" | "error" {
  return error instanceof NeuVectorError && error.kind === "name_taken" ? "warn" : "error";
}
