import { once } from "node:events";
import { connect } from "node:tls";
import type { ConnectionOptions, PeerCertificate, TLSSocket } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { createTestCa } from "../../simulator/src/certificates";
import type { SimulatedController, StartOptions } from "../../simulator/src/startController";
import { startController } from "../../simulator/src/startController";

const open: SimulatedController[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((controller) => controller.close()));
});

async function start(options: StartOptions = {}): Promise<SimulatedController> {
  const controller = await startController({ certificate: { ca: await createTestCa() }, ...options });
  open.push(controller);
  return controller;
}

async function peer(
  controller: SimulatedController,
  options: ConnectionOptions = {},
): Promise<PeerCertificate & { readonly protocol: string | null }> {
  const { server: host, port } = controller.rest;
  const socket: TLSSocket = connect({ host, port, rejectUnauthorized: false, ...options });
  await once(socket, "secureConnect");
  const seen = { ...socket.getPeerCertificate(), protocol: socket.getProtocol() };
  socket.destroy();
  return seen;
}

describe("certificate", () => {
  it("is like the product's by default: self-signed, with the single name neuvector", async () => {
    const controller = await start({ certificate: "self-signed" });
    const seen = await peer(controller);
    expect(seen).toMatchObject({
      subject: { CN: "neuvector", O: "Neuvector", OU: "Neuvector", C: "US", ST: "CA", L: "EN" },
      issuer: { CN: "neuvector" },
      subjectaltname: "DNS:neuvector",
      protocol: "TLSv1.3",
    });
    expect(seen.fingerprint256).toBe(controller.fingerprint256);
    expect(controller.ca).toBe(controller.certificate);
    await expect(controller.request("GET", "/v1/eula")).rejects.toThrow("does not match certificate's altnames");
  });

  it("is of a test CA for the server or the chosen names", async () => {
    const ca = await createTestCa();
    const plain = await start({ certificate: { ca } });
    expect((await peer(plain)).subjectaltname).toBe("IP Address:127.0.0.1");
    expect((await plain.request("GET", "/v1/eula")).status).toBe(200);
    const named = await start({ certificate: { ca, names: ["nv.example", "10.0.0.1"] } });
    expect((await peer(named)).subjectaltname).toBe("DNS:nv.example, IP Address:10.0.0.1");
  });
});

describe("TLS 1.2", () => {
  const old = { maxVersion: "TLSv1.2" } as const;

  it("is refused from version 5.6 on", async () => {
    await expect(peer(await start(), old)).rejects.toThrow("protocol version");
  });

  it("is spoken before, with clients that know nothing newer", async () => {
    const controller = await start({ productVersion: "5.5.2" });
    expect(await peer(controller, old)).toMatchObject({ protocol: "TLSv1.2" });
    expect(await peer(controller)).toMatchObject({ protocol: "TLSv1.3" });
  });
});

describe("federation listener", () => {
  it("is there only while the controller is a master", async () => {
    const controller = await start();
    const health = () => controller.request("GET", "/v1/fed/healthcheck", { to: "federation" });
    expect(controller.federation).toBeUndefined();
    await expect(health()).rejects.toThrow("ECONNREFUSED");
    await controller.promote({ name: "primary" });
    expect(controller.federation).toEqual(controller.federationAddress);
    const answer = await health();
    expect([answer.status, answer.text]).toEqual([200, ""]);
  });

  it("serves the calls between controllers only, and the REST listener serves none of them", async () => {
    const controller = await start({ role: "master" });
    expect(await controller.request("GET", "/v1/eula", { to: "federation" })).toMatchObject({ status: 404 });
    expect(await controller.request("GET", "/v1/fed/healthcheck")).toMatchObject({ status: 404, body: { code: 1 } });
    expect(await controller.request("POST", "/v1/fed/join_internal", { body: {} })).toMatchObject({ status: 404 });
  });
});

it("an outage refuses connections and keeps ports, sessions and role", async () => {
  const controller = await start({ role: "master" });
  const token = await controller.logIn();
  await controller.goOffline();
  await expect(controller.request("GET", "/v1/eula")).rejects.toThrow("ECONNREFUSED");
  await controller.goOnline();
  expect((await controller.request("GET", "/v1/fed/member", { token })).body).toMatchObject({ fed_role: "master" });
  expect((await controller.request("GET", "/v1/fed/healthcheck", { to: "federation" })).status).toBe(200);
});

it.each([
  ["gzip", "gzip"],
  ["gzip, deflate", "gzip"],
  ["br, gzip", undefined],
])("a long answer to a client that accepts %j has the encoding %s", async (accepted, encoding) => {
  const controller = await start();
  const headers = { "Accept-Encoding": accepted };
  const long = await controller.request("POST", "/v1/auth", { headers, body: { password: controller.admin } });
  expect([long.status, long.headers["content-encoding"]]).toEqual([200, encoding]);
  const short = await controller.request("GET", "/v1/eula", { headers });
  expect(short).toMatchObject({ headers: { "content-length": String(short.text.length) }, body: { eula: {} } });
});

it("the log tells which credential a request carried and shows no secret", async () => {
  const secret = "Canary-9f1c";
  const controller = await start({
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
  expect(controller.requests[1]?.headerNames).toContain("x-auth-token");
  const log = JSON.stringify(controller.requests);
  expect(log).not.toContain(secret);
  expect(log).not.toContain(token);
  expect(log).toMatch(/"join_token":"\[redacted [0-9a-f]{8}\]"/);
});
