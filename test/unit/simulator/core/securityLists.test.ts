import { createVirtualNetwork } from "@fedjoin/simulator";
import { describe, expect, test } from "vitest";

const password = "Right-pw-1";
const admin = { username: "admin", password, role: "admin" } as const;
const ciops = { username: "ciops", password, role: "ciops" } as const;
const audits = [
  "Admission.Control.Allowed",
  "Admission.Control.Denied",
  "Host.Scan.Report",
  "Admission.Control.Denied",
];
const compliances = [{ name: "D.1", level: "WARN" }];

async function start(data: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {}) {
  const apiKeys = [
    { name: "ci", secret: "s", role: "ciops", expiresMs: 1_795_444_972_000 },
    { name: "scrape", secret: "s", role: "reader" },
  ] as const;
  const controller = createVirtualNetwork().addController({ users: [admin, ciops], apiKeys, data });
  const tokens = { admin: await controller.logIn(admin), ciops: await controller.logIn(ciops) };
  return async (path: string, as: keyof typeof tokens = "admin") =>
    (await controller.request("GET", path, { token: tokens[as] })).body;
}

describe("as recorded, an account without rights sees", () => {
  test("itself among the users, and no API key", async () => {
    const get = await start();
    expect(await get("/v1/user")).toMatchObject({ users: [{ fullname: "admin" }, { fullname: "ciops" }] });
    expect(await get("/v1/user", "ciops")).toMatchObject({ users: [{ fullname: "ciops", role: "ciops" }] });
    expect(await get("/v1/api_key")).toMatchObject({
      apikeys: [
        { apikey_name: "ci", apikey_secret: "", expiration_timestamp: 1_795_444_972, expiration_type: "hours" },
        { apikey_name: "scrape", apikey_secret: "", expiration_type: "never" },
      ],
    });
    expect(await get("/v1/api_key", "ciops")).toMatchObject({ apikeys: [] });
  });

  test("no failed check and no audit, but the alerts", async () => {
    const get = await start({
      "/v1/compliance/asset": { compliances },
      "/v1/log/audit": { audits: [{ name: "x" }] },
    });
    expect(await get("/v1/compliance/asset")).toEqual({ compliances });
    expect(await get("/v1/compliance/asset", "ciops")).toMatchObject({ compliances: [], workloads: null });
    expect(await get("/v1/log/audit", "ciops")).toEqual({ audits: [] });
    expect(await get("/v1/system/alerts", "ciops")).toEqual({ acceptable_alerts: {}, neuvector_upgrade_info: null });
  });
});

test("audits are filtered by a part of their name before they are paged", async () => {
  const get = await start({ "/v1/log/audit": { audits: audits.map((name, id) => ({ name, id })) } });
  expect(await get("/v1/log/audit?limit=1&start=1&f_name=in,Control.Denied%7CControl.Violation")).toEqual({
    audits: [{ id: 3, name: "Admission.Control.Denied" }],
  });
  expect(await get("/v1/log/audit")).toMatchObject({ audits: [{ id: 0 }, { id: 1 }, { id: 2 }, { id: 3 }] });
});
