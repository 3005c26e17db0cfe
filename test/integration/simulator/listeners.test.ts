import { once } from "node:events";
import { connect, type ConnectionOptions, type PeerCertificate } from "node:tls";
import { describe, expect } from "vitest";
import { createTestCa, type SimulatedController } from "@fedjoin/simulator";
import { test as base } from "../../support/fixtures";

const test = base.extend("ca", createTestCa);

async function peerOf(
  { rest: { server: host, port } }: SimulatedController,
  options: ConnectionOptions = {},
): Promise<PeerCertificate & { readonly protocol: string | null }> {
  const socket = connect({ host, port, rejectUnauthorized: false, ...options });
  await once(socket, "secureConnect");
  const seen = { ...socket.getPeerCertificate(), protocol: socket.getProtocol() };
  socket.destroy();
  return seen;
}

describe("certificate", () => {
  test("is like the product's by default: self-signed, with the single name neuvector", async ({ startController }) => {
    const controller = await startController();
    const seen = await peerOf(controller);
    expect(seen).toMatchObject({
      subject: { CN: "neuvector", O: "Neuvector", OU: "Neuvector", C: "US", ST: "CA", L: "EN" },
      issuer: { CN: "neuvector" },
      subjectaltname: "DNS:neuvector",
      protocol: "TLSv1.3",
      fingerprint256: controller.fingerprint256,
    });
    expect(controller.ca).toBe(controller.certificate);
    await expect(controller.request("GET", "/v1/eula")).rejects.toThrow("does not match certificate's altnames");
  });

  test("is of a test CA for the server or the chosen names", async ({ startController, ca }) => {
    const plain = await startController({ certificate: { ca } });
    expect((await peerOf(plain)).subjectaltname).toBe("IP Address:127.0.0.1");
    expect((await plain.request("GET", "/v1/eula")).status).toBe(200);
    const named = await startController({ certificate: { ca, names: ["nv.example", "10.0.0.1"] } });
    expect((await peerOf(named)).subjectaltname).toBe("DNS:nv.example, IP Address:10.0.0.1");
  });
});

test("TLS 1.2 is refused from version 5.6 on, and spoken before if it is needed", async ({ startController }) => {
  const old = { maxVersion: "TLSv1.2" } as const;
  await expect(peerOf(await startController(), old)).rejects.toThrow("protocol version");
  const before = await startController({ productVersion: "5.5.2" });
  expect(await peerOf(before, old)).toMatchObject({ protocol: "TLSv1.2" });
  expect(await peerOf(before)).toMatchObject({ protocol: "TLSv1.3" });
});

test("the federation listener is there on a master, for calls of controllers", async ({ startController, ca }) => {
  const controller = await startController({ certificate: { ca } });
  const health = () => controller.request("GET", "/v1/fed/healthcheck", { to: "federation" });
  expect(controller.federation).toBeUndefined();
  await expect(health()).rejects.toThrow("ECONNREFUSED");
  await controller.promote();
  expect(controller.federation).toEqual(controller.federationAddress);
  expect(await health()).toMatchObject({ status: 200, text: "" });
  expect(await controller.request("GET", "/v1/eula", { to: "federation" })).toMatchObject({ status: 404 });
  expect(await controller.request("GET", "/v1/fed/healthcheck")).toMatchObject({ status: 404, body: { code: 1 } });
  await controller.request("POST", "/v1/fed/demote", { token: await controller.logIn() });
  await expect(health()).rejects.toThrow("ECONNREFUSED");
});

test("an outage refuses connections and keeps ports, sessions and role", async ({ startController, ca }) => {
  const controller = await startController({ role: "master", certificate: { ca } });
  const token = await controller.logIn();
  await controller.goOffline();
  await expect(controller.request("GET", "/v1/eula")).rejects.toThrow("ECONNREFUSED");
  await controller.goOnline();
  expect((await controller.request("GET", "/v1/fed/member", { token })).body).toMatchObject({ fed_role: "master" });
  expect((await controller.request("GET", "/v1/fed/healthcheck", { to: "federation" })).status).toBe(200);
});

test.for([
  ["gzip", "gzip"],
  ["gzip, deflate", "gzip"],
  ["br, gzip", undefined],
] as const)("a long answer to Accept-Encoding %j is %s", async ([accepted, encoding], { startController, ca }) => {
  const controller = await startController({ certificate: { ca } });
  const headers = { "Accept-Encoding": accepted };
  const long = await controller.request("POST", "/v1/auth", { headers, body: { password: controller.admin } });
  expect([long.status, long.headers["content-encoding"]]).toEqual([200, encoding]);
  const short = await controller.request("GET", "/v1/eula", { headers });
  expect(short).toMatchObject({ headers: { "content-length": String(short.text.length) }, body: { eula: {} } });
});

test("the log tells which credential a request carried and shows no secret", async ({ startController, ca }) => {
  const secret = "Canary-9f1c";
  const controller = await startController({
    certificate: { ca },
    users: [{ username: "admin", password: secret, role: "admin" }],
    apiKeys: [{ name: "ops", secret, role: "reader" }],
  });
  const token = await controller.logIn();
  await controller.request("GET", "/v1/fed/member?x=1", { token });
  await controller.request("GET", "/v1/fed/member", { apiKey: `ops:${secret}` });
  await controller.request("POST", "/v1/fed/join", { token, body: { name: "edge-1", join_token: secret } });
  expect(controller.requests).toMatchObject([
    { method: "POST", path: "/v1/auth", credential: "none", body: { password: { username: "admin" } }, status: 200 },
    { method: "GET", path: "/v1/fed/member", query: "x=1", credential: "session", status: 200 },
    { method: "GET", path: "/v1/fed/member", credential: "apiKey", status: 200 },
    { method: "POST", path: "/v1/fed/join", listener: "rest", body: { name: "edge-1" }, status: 400 },
  ]);
  const log = JSON.stringify(controller.requests);
  expect(log).not.toContain(secret);
  expect(log).not.toContain(token);
  expect(log).toMatch(/"join_token":"\[redacted [0-9a-f]{8}\]"/);
});
