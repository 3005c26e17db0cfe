import { expect, test } from "vitest";
import { forbidden, named, newLines, valuesOf } from "../../../support/scraping";

const path = { users: "/v1/user", keys: "/v1/api_key" };
const never = -62_135_596_800;
const noExpiry = 9_223_372_036_854_775_807;

const user = (fullname: string, more: object = {}) => ({
  ...{ fullname, server: "", role: "reader", last_login_timestamp: never },
  ...{ blocked_for_failed_login: false, blocked_for_password_expired: false, default_password: false },
  ...more,
});

test("account shows users by role, who is blocked, default passwords, last logins and keys that expire", async () => {
  const users = [
    user("admin", { role: "admin", default_password: true, last_login_timestamp: 1_795_441_365 }),
    user("locked", { blocked_for_failed_login: true }),
    user("ldap1:ann", { server: "ldap1", role: "auditors", blocked_for_password_expired: true }),
    user("none", { role: "" }),
  ];
  const apikeys = [
    { apikey_name: "ci", apikey_secret: "", role: "ciops", expiration_timestamp: 1_795_444_972 },
    { apikey_name: "scrape", apikey_secret: "", role: "reader", expiration_timestamp: noExpiry },
  ];
  expect(valuesOf(await newLines("account", { [path.users]: { users }, [path.keys]: { apikeys } }))).toEqual({
    ...{ 'nv_users{role="admin",server="local"}': 1, 'nv_users{role="reader",server="local"}': 1 },
    ...{ 'nv_users{role="other",server="remote"}': 1, 'nv_users{role="none",server="local"}': 1 },
    ...{ 'nv_users_blocked{reason="failed_login"}': 1, 'nv_users_blocked{reason="password_expired"}': 1 },
    nv_users_default_password: 1,
    'nv_user_last_login_timestamp_seconds{user="admin"}': 1_795_441_365,
    ...{ 'nv_api_keys{role="ciops",expires="true"}': 1, 'nv_api_keys{role="reader",expires="false"}': 1 },
    'nv_api_key_expiration_timestamp_seconds{name="ci"}': 1_795_444_972,
  });
});

test("account names at most 100 users, those who have been away longest, and 100 keys, those that expire first", async () => {
  const numbers = Array.from({ length: 150 }, (_, index) => 1000 - index);
  const users = numbers.map((at) => user(`u${at}`, { last_login_timestamp: at }));
  const apikeys = numbers.map((at) => ({ apikey_name: `k${at}`, role: "reader", expiration_timestamp: at }));
  const lines = await newLines("account", { [path.users]: { users }, [path.keys]: { apikeys } });
  const values = (metric: string) => Object.values(valuesOf(named(lines, metric)));
  const smallest = numbers.toReversed().slice(0, 100);
  expect(values("nv_user_last_login_timestamp_seconds")).toEqual(smallest);
  expect(values("nv_api_key_expiration_timestamp_seconds")).toEqual(smallest);
  expect(values("nv_users")).toEqual([150]);
});

test("account of an account that sees none is zero, and a refusal is a failure", async () => {
  const lines = await newLines("account", { [path.users]: { users: null }, [path.keys]: { apikeys: [] } });
  expect(Object.values(valuesOf(lines))).toEqual([0, 0, 0]);
  await expect(newLines("account", { [path.users]: forbidden, [path.keys]: {} })).rejects.toBe(forbidden);
});
