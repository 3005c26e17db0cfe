import type { NeuVectorError } from "../../errors/neuVectorError";
import { normalizeFingerprint, pinnedFingerprints } from "../../values/fingerprint";
import { pluralize } from "../format";
import { tlsSettingsOf } from "../settingPaths";
import type { Finding, Side } from "./finding";
import type { ServerCertificate } from "../../neuvector/transport/serverCertificate";
import type { ProbeResult } from "./serverProbe";
import { formatAddress, type Address } from "../../values/address";
import type { TlsSettings } from "../../values/tls";

/** What is known of a server of one side without logging in. */
export interface ServerFacts {
  readonly side: Side;
  readonly address: Address;
  readonly tls: TlsSettings;
  readonly probeResult: ProbeResult;
  /** The result of `GET /v1/eula`, which needs no login (rest-api.md#first-login), with the declared TLS settings. */
  readonly greeting:
    | { readonly state: "not_asked" }
    | { readonly state: "failed"; readonly error: NeuVectorError }
    | { readonly state: "answered"; readonly isController: boolean; readonly dateMs: number | undefined };
  /** The time of this machine when the greeting arrived. */
  readonly nowMs: number;
}

/** True if the server is a controller that can be used. */
export function isUsable({ greeting }: ServerFacts): boolean {
  return greeting.state === "answered" && greeting.isController;
}

/** Findings about a server: address, certificate, clock. */
export function serverFindings(facts: ServerFacts): Finding[] {
  const { side, address, probeResult } = facts;
  const where = `the ${side === "master" ? "master's" : "site's"} REST API at ${formatAddress(address)}`;
  const setting = side === "master" ? "master.rest" : "controller.server and controller.port";
  if (probeResult.state === "unreachable") {
    const fix = `Check ${setting}, the firewall and that the controller is up`;
    return [{ level: "problem", check: "address", text: `${where} does not answer (${probeResult.code})`, fix }];
  }
  if (probeResult.state === "no_tls") {
    const fix = `Check ${setting}: the REST API speaks TLS on 10443`;
    return [{ level: "problem", check: "address", text: `${where} answers without TLS (${probeResult.code})`, fix }];
  }
  return [
    greetingFinding(facts, where, setting, probeResult.by),
    ...certificateFindings(facts, probeResult.certificate),
    ...clockFindings(facts),
  ];
}

function greetingFinding({ greeting }: ServerFacts, where: string, setting: string, by: string): Finding {
  const check = "address";
  if (greeting.state === "answered" && greeting.isController) {
    return { level: "ok", check, text: `${where} answers (${by})` };
  }
  if (greeting.state === "answered") {
    const fix = `Check ${setting}: it should be a controller's REST API, not a console or a proxy`;
    return { level: "problem", check, text: `${where} answers, but is not a NeuVector controller`, fix };
  }
  if (greeting.state === "failed" && greeting.error.kind !== "tls") {
    return { level: "problem", check, text: greeting.error.summary, fix: greeting.error.hint };
  }
  return { level: "ok", check, text: `${where} accepts connections (${by})` };
}

const dayMs = 86_400_000;
/** NeuVector renews its own certificate 30 days before it expires (rest-api.md#tls-and-ports): a pin stops matching then. */
const renewalDays = 30;

function certificateFindings({ side, tls, greeting, nowMs }: ServerFacts, shown: ServerCertificate): Finding[] {
  const check = "certificate";
  const days = Math.floor((Date.parse(shown.validTo) - nowMs) / dayMs);
  const left = days < 0 ? `expired ${pluralize(-days, "day")} ago` : `${pluralize(days, "day")} left`;
  const text = `${shown.subject}, names ${shown.names}, SHA-256 ${shown.fingerprint}, ${left}`;
  if (greeting.state === "failed" && greeting.error.kind === "tls") {
    const fix = tlsSettingsOf(side, greeting.error.hint);
    return [{ level: "problem", check, text: `not accepted: ${shown.subject}, names ${shown.names}, ${left}`, fix }];
  }
  if (tls.verify === false) {
    const fix = `Set ${side}.tls.ca, or ${side}.tls.fingerprint, instead of ${side}.tls.verify: false`;
    return [{ level: "warning", check, text: `not verified, any server could answer: ${text}`, fix }];
  }
  const pinned = pinnedFingerprints(tls.fingerprint);
  const place = pinned.indexOf(normalizeFingerprint(shown.fingerprint)) + 1;
  const isNewest = pinned.length === 1 || place === pinned.length;
  if (pinned.length > 0 && isNewest && days <= 2 * renewalDays) {
    const fix = `Trust a CA (${side}.tls.ca), or add the next certificate's fingerprint at the end of ${side}.tls.fingerprint before it is renewed`;
    return [{ level: "warning", check, text: `pinned, and renewed soon: ${text}`, fix }];
  }
  if (pinned.length > 1) {
    const rest = isNewest ? "; remove the others once no server presents them" : "";
    return [{ level: "ok", check, text: `pinned, ${place} of ${pinned.length}${rest}: ${text}` }];
  }
  return days < renewalDays
    ? [{ level: "warning", check, text: `expires soon: ${text}`, fix: "Renew the controller's certificate" }]
    : [{ level: "ok", check, text }];
}

const skewAllowedMs = 60_000;

function clockFindings({ greeting, nowMs }: ServerFacts): Finding[] {
  if (greeting.state !== "answered") return [];
  const check = "clock";
  if (greeting.dateMs === undefined) return [{ level: "unknown", check, text: "the server sends no date" }];
  const seconds = Math.round((greeting.dateMs - nowMs) / 1000);
  if (Math.abs(seconds) * 1000 <= skewAllowedMs) {
    return [{ level: "ok", check, text: "clocks agree within a minute" }];
  }
  const text = `its clock is ${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} this machine's`;
  const fix = "Synchronize the clocks: join tokens expire after minutes, by the master's clock";
  return [{ level: "warning", check, text, fix }];
}
