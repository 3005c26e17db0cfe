import type { NeuVectorError } from "../../errors/neuVectorError";
import type { FedJoinInputs } from "../../resources/fedJoin/inputs";
import type { Account } from "../../neuvector/client/account";
import type { Finding, Side } from "./finding";
import { pluralize } from "../format";

export type AccountFacts =
  | { readonly state: "not_declared" }
  | { readonly state: "failed"; readonly error: NeuVectorError }
  | { readonly state: "known"; readonly account: Account };

/** Findings about the account of one side: login, rights, password. */
export function accountFindings(side: Side, facts: AccountFacts, inputs: FedJoinInputs): Finding[] {
  switch (facts.state) {
    case "not_declared":
      return [];
    case "failed":
      return [{ level: "problem", check: "login", text: facts.error.summary, fix: facts.error.hint }];
    case "known": {
      const { account } = facts;
      const rights = side === "master" ? masterRights(account, inputs) : siteRights(account);
      return [
        loginFinding(account),
        rights,
        ...passwordFindings(side, account),
        ...kickFindings(side, account, inputs),
      ];
    }
  }
}

function loginFinding({ kind, name, role }: Account): Finding {
  const who = kind === "user" ? `user ${name} logs in` : `API key ${name} is accepted`;
  return { level: "ok", check: "login", text: `${who}, role ${role === "" ? "none" : role}` };
}

/** Joining and leaving need a global admin, by user or API key (rest-api.md#roles-and-permissions). */
function siteRights({ role }: Account): Finding {
  if (role === "admin" || role === "fedAdmin") {
    return { level: "ok", check: "rights", text: "may join and leave: a global admin" };
  }
  const text = "may only read: joining and leaving need a global admin";
  return { level: "problem", check: "rights", text, fix: "Set controller.credentials to an account of role admin" };
}

function masterRights({ actsForFederation }: Account, inputs: FedJoinInputs): Finding {
  const check = "rights";
  if (actsForFederation) return { level: "ok", check, text: "may mint join tokens and remove members: a fedAdmin" };
  const fix = "Set master.credentials to an account of role fedAdmin";
  const sources = [inputs.joinToken, inputs.joinTokenFrom, inputs.joinTokenUrl, inputs.joinTokenUrlFrom];
  return sources.every((source) => source === undefined)
    ? { level: "problem", check, text: "may not mint join tokens, and no token is given: it is not a fedAdmin", fix }
    : { level: "warning", check, text: "may only read: stale entries of failed joins would stay", fix };
}

const expirySoonDays = 14;

function passwordFindings(side: Side, { kind, defaultPassword, daysLeft }: Account): Finding[] {
  const check = "password";
  const what = kind === "user" ? "password" : "API key";
  const fix = `Set a new one at the controller, then in ${side}.credentials`;
  return [
    ...(defaultPassword
      ? [{ level: "warning", check, text: "the product's default password is in use", fix } as const]
      : []),
    ...(daysLeft !== undefined && daysLeft <= expirySoonDays
      ? [{ level: "warning", check, text: `the ${what} expires in ${pluralize(daysLeft, "day")}`, fix } as const]
      : []),
  ];
}

/** The master does not inform a member that is removed with an API key (rest-api.md#removing-a-member). */
function kickFindings(side: Side, { kind }: Account, { controller }: FedJoinInputs): Finding[] {
  if (side !== "master" || kind !== "apiKey" || controller !== undefined) return [];
  const text = "without a controller, a leave is a removal at the master, and with an API key the site is not informed";
  return [{ level: "warning", check: "rights", text, fix: "Declare a controller, or a user in master.credentials" }];
}
