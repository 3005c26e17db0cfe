import { createVirtualNetwork } from "@fedjoin/simulator";
import { expect, test } from "vitest";
import * as z from "zod";

const reply = z.object({ query_token: z.string() });

const row = (name: string, severity: string, score_v3: number, fixed_version: string) => ({
  ...{ name, severity, score_v3, packages: { p: [{ fixed_version }] }, workloads: [{ id: "w" }] },
});
const vulnerabilities = [
  row("CVE-1", "High", 7, "2"),
  row("CVE-2", "Medium", 5, ""),
  row("CVE-3", "Low", 9, "3"),
  row("CVE-4", "High", 8, "4"),
];

async function start() {
  const ciops = { username: "ciops", password: "Right-pw-1", role: "ciops" } as const;
  const admin = { username: "admin", password: "admin", role: "admin" } as const;
  const { addController } = createVirtualNetwork();
  const controller = addController({ users: [admin, ciops], data: { "/v1/vulasset": { vulnerabilities } } });
  const token = await controller.logIn();
  const query = (packageType: string, asker = token) =>
    controller.request("POST", "/v1/vulasset", { token: asker, body: { packageType } });
  const list = (query: string) => controller.request("GET", `/v1/vulasset?${query}`, { token });
  return { query, list, refused: await controller.logIn(ciops) };
}

test("a query counts what matches by severity, and its token lists the rows by score", async () => {
  const { query, list } = await start();
  const { body } = await query("withFix");
  expect(body).toMatchObject({
    summary: { count_distribution: { critical: -1, high: 2, medium: 0, low: 1, container: 3, node: 0 } },
    ...{ total_matched_records: 3, total_records: 4 },
  });
  const { query_token: token } = reply.parse(body);
  expect((await list(`token=${token}&start=1&row=1`)).body).toMatchObject({ vulnerabilities: [{ name: "CVE-4" }] });
  expect((await list(`token=${token}&row=-1`)).body).toMatchObject({ vulnerabilities: [{}, {}, {}] });
  expect((await query("withoutFix")).body).toMatchObject({ total_matched_records: 1 });
});

test("a controller keeps ten results of a user, and refuses a token that it does not know", async () => {
  const { query, list } = await start();
  const tokens: string[] = [];
  for (let turn = 0; turn < 11; turn++) tokens.push(reply.parse((await query("withFix")).body).query_token);
  const answers = await Promise.all([tokens[0], tokens[1], tokens[10]].map((token) => list(`token=${token}&row=1`)));
  expect(answers.map(({ status }) => status)).toEqual([500, 200, 200]);
});

test("an account that reads no scans is refused", async () => {
  const { query, refused } = await start();
  expect(await query("withFix", refused)).toMatchObject({ status: 403, body: { code: 25 } });
});
