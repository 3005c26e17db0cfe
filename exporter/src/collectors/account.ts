import { getApiKeys, getUsers, type ApiKey, type ListedUser } from "@fedjoin/provider/internal/neuvector";
import { knownOrOther } from "./boundedLabel";
import { extraCollectors, type Collector } from "./collector";
import { countBy } from "./groupBy";
import { gauge, type Sample, type SampleFamily } from "./metric";

const maxNames = 100;

const userEndpoint = "GET /v1/user";
const keyEndpoint = "GET /v1/api_key";
const visible = "that the exporter's account may see: all with the role reader, else itself at most";

/** Roles that every controller has; a custom one is `other`. */
const roles = ["admin", "reader", "ciops", "fedAdmin", "fedReader", "none"];
const roleOf = (role: string): string => (role === "" ? "none" : knownOrOther(roles, role));

const users = gauge("nv_users", {
  help: `Users ${visible}; by global role (${roles.join(", ")}, or other) and by server, local or remote`,
  labels: ["role", "server", "target"],
  unit: "1",
  source: `${userEndpoint}, fields role, server`,
  series: `${roles.length + 1} roles × 2 servers, those in use`,
});

const blockReasons = ["failed_login", "password_expired"] as const;

const blocked = gauge("nv_users_blocked", {
  help: `Blocked users by reason: ${blockReasons.join(", ")}`,
  labels: ["reason", "target"],
  unit: "1",
  source: `${userEndpoint}, fields blocked_for_*`,
  series: `${blockReasons.length} reasons`,
});

const defaultPassword = gauge("nv_users_default_password", {
  help: "Users of whom the controller says that they have their default password, which it does only until the first login",
  labels: ["target"],
  unit: "1",
  source: `${userEndpoint}, field default_password`,
  series: "1",
});

const lastLogin = gauge("nv_user_last_login_timestamp_seconds", {
  help: `When a user last logged in, of the ${maxNames} for whom it is longest ago; absent for one who never did`,
  labels: ["user", "target"],
  unit: "seconds",
  source: `${userEndpoint}, fields fullname, last_login_timestamp`,
  series: `users, at most ${maxNames}`,
});

const keys = gauge("nv_api_keys", {
  help: `API keys that the exporter's account may see by global role (${roles.join(", ")}, or other) and by whether they expire, true or false`,
  labels: ["role", "expires", "target"],
  unit: "1",
  source: `${keyEndpoint}, fields role, expiration_timestamp`,
  series: `${roles.length + 1} roles × 2, those in use`,
});

const keyExpiry = gauge("nv_api_key_expiration_timestamp_seconds", {
  help: `When an API key expires, of the ${maxNames} that expire first; absent for one that never does`,
  labels: ["name", "target"],
  unit: "seconds",
  source: `${keyEndpoint}, fields apikey_name, expiration_timestamp`,
  series: `API keys, at most ${maxNames}`,
});

const smallest = (samples: readonly Sample[]): readonly Sample[] =>
  samples.toSorted((a, b) => a.value - b.value).slice(0, maxNames);

function userFamilies(of: readonly ListedUser[], target: string): SampleFamily[] {
  const count = (isMatch: (user: ListedUser) => boolean | undefined): number => of.filter(isMatch).length;
  const logins = of.flatMap(({ fullname: user, last_login_timestamp: at = 0 }) =>
    at > 0 ? [{ labels: { user, target }, value: at }] : [],
  );
  return [
    {
      metric: users,
      samples: countBy(of, ({ role, server }) => ({
        role: roleOf(role),
        server: server === "" ? "local" : "remote",
        target,
      })),
    },
    {
      metric: blocked,
      samples: blockReasons.map((reason) => ({
        labels: { reason, target },
        value: count((user) => user[`blocked_for_${reason}`]),
      })),
    },
    { metric: defaultPassword, samples: [{ labels: { target }, value: count((user) => user.default_password) }] },
    { metric: lastLogin, samples: smallest(logins) },
  ];
}

/** The end of the year 9999, before the number that the controller writes for a key that never expires. */
const lastSecond = 253_402_300_799;

const expires = ({ expiration_timestamp: at = Infinity }: ApiKey): boolean => at <= lastSecond;

function keyFamilies(of: readonly ApiKey[], target: string): SampleFamily[] {
  const expiring = of.flatMap((key) => {
    const { apikey_name: name, expiration_timestamp: value } = key;
    return value !== undefined && expires(key) ? [{ labels: { name, target }, value }] : [];
  });
  return [
    {
      metric: keys,
      samples: countBy(of, (key) => ({ role: roleOf(key.role), expires: `${expires(key)}`, target })),
    },
    { metric: keyExpiry, samples: smallest(expiring) },
  ];
}

export const account: Collector = {
  name: "account",
  help: "The users and API keys of the controller.",
  needs: extraCollectors,
  metrics: [users, blocked, defaultPassword, lastLogin, keys, keyExpiry],
  async collect({ session, target, signal }) {
    const [listed, apiKeys] = await Promise.all([getUsers(session, { signal }), getApiKeys(session, { signal })]);
    return [...userFamilies(listed, target), ...keyFamilies(apiKeys, target)];
  },
};
