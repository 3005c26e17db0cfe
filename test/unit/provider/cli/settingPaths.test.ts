import { expect, test } from "vitest";
import { nameSettings, tlsSettingsOf } from "../../../../provider/src/cli/settingPaths";
import { parseSettings } from "../../../../provider/src/cli/settings";

test("the TLS settings of a message get their side, and once", () => {
  const hint = 'set tls.fingerprint: "AB"; or tls.ca, with tls.serverName: "neuvector"';
  const named = 'set master.tls.fingerprint: "AB"; or master.tls.ca, with master.tls.serverName: "neuvector"';
  expect(tlsSettingsOf("master", hint)).toBe(named);
  expect(tlsSettingsOf("master", named)).toBe(named);
  expect(tlsSettingsOf("controller", "GET https://my.tls.ca.example/v1")).toBe("GET https://my.tls.ca.example/v1");
});

const member = { storeId: "u1", controller: { server: "u1" }, jointRest: { server: "u1", port: 1 } };
const credentials = { username: "admin", password: "x" };
const placesOf = (settings: object, ...properties: string[]) => {
  const read = parseSettings(JSON.stringify(settings));
  if ("problems" in read) throw new Error(read.problems.join("\n"));
  return properties.map((property) => read.members[0]?.placeOf(property));
};

test("a setting has the place where its nearest part is written", () => {
  const common = { master: { rest: { server: "m" }, credentials } };
  const own = { ...member, controller: { ...member.controller, credentials } };
  const properties = ["master.tls.fingerprint", "controller.tls.ca", "controller.server"];
  expect(placesOf({ ...common, members: [own] }, ...properties)).toEqual([
    "master.tls.fingerprint",
    "members[0].controller.tls.ca",
    "members[0].controller.server",
  ]);
  const defaults = { controller: { credentials, tls: { verify: false } } };
  const single = { ...member, ...common };
  expect(placesOf({ defaults, members: [single] }, ...properties)).toEqual([
    "members[0].master.tls.fingerprint",
    "defaults.controller.tls.ca",
    "members[0].controller.server",
  ]);
});

test("only settings are named", () => {
  const place = (property: string) => `members[0].${property}`;
  expect(
    nameSettings("Check controller.server and controller.port, not the master. Or controller.example.com", place),
  ).toBe(
    "Check members[0].controller.server and members[0].controller.port, not the master. Or controller.example.com",
  );
});
