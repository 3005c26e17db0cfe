import { createSession } from "@fedjoin/provider/internal/neuvector";
import { createSystemPorts } from "@fedjoin/provider/internal/system";
import { createHash, randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { PassThrough } from "node:stream";
import { constants, createGzip, gzipSync } from "node:zlib";
import { describe, expect, vi } from "vitest";
import { test as base } from "../../support/fixtures";
import { createServerCertificates } from "../../support/serverCertificates";
import { startWebServer } from "../../support/webServer";

const call = { method: "GET", path: "/v1/conversation" } as const;

/** What a sink gets of the answer, and how the call ends. */
const test = base
  .extend("certificates", { scope: "file" }, () => createServerCertificates())
  .extend("open", ({ closing, certificates: { good, ca } }) => async (answer: (response: ServerResponse) => void) => {
    const server = await startWebServer({ cert: good.certificate, key: good.key }, (_, response) => {
      answer(response);
    });
    const target = { protocol: "https", server: "127.0.0.1", port: closing(server).port, tls: { ca } } as const;
    return createSession(
      createSystemPorts(() => undefined),
      target,
      { kind: "none" },
    );
  })
  .extend(
    "read",
    ({ open }) =>
      async (maxBytes: number, answer: (response: ServerResponse) => void, timeoutMs = 10_000) => {
        const hash = createHash("sha256");
        let length = 0;
        const session = await open(answer);
        const sink = (chunk: Uint8Array): void => {
          length += chunk.length;
          hash.update(chunk);
        };
        const outcome = await session.call({ ...call, maxBytes, timeoutMs, sink }).catch((error: unknown) => error);
        return { length, outcome, digest: hash.digest("hex") };
      },
  );

describe.each([false, true])("of a long answer, compressed: %s", (isCompressed) => {
  const encoding = isCompressed ? { "Content-Encoding": "gzip" } : {};
  /** Sends `body`, the first `length` bytes of it and then nothing more, if given. */
  const send =
    (body: Buffer, length = Infinity) =>
    (response: ServerResponse): void => {
      const payload = isCompressed ? gzipSync(body) : body;
      response.writeHead(200, { "Content-Length": payload.length, ...encoding });
      if (length >= payload.length) response.end(payload);
      else response.write(payload.subarray(0, length), () => response.socket?.destroySoon());
    };

  test.for([
    ["what zips well", Buffer.alloc(3_000_000, "a")],
    ["what hardly zips", randomBytes(3_000_000)],
  ] as const)("a sink gets all of %s, and the call gives nothing", async ([, body], { read }) => {
    const digest = createHash("sha256").update(body).digest("hex");
    expect(await read(body.length, send(body))).toEqual({ length: body.length, outcome: undefined, digest });
  });

  test.for([
    [100_000, "unexpected_reply", "too long"],
    [10_000_000, "timeout", "never complete"],
  ] as const)("of at most %i bytes, %s: one that is %s is closed", async ([max, kind], { read }) => {
    let isClosed = false;
    const { outcome } = await read(
      max,
      (response) => {
        response.once("close", () => (isClosed = true)).writeHead(200, encoding);
        const body = isCompressed ? createGzip({ flush: constants.Z_SYNC_FLUSH }) : new PassThrough();
        body.pipe(response);
        body.write(randomBytes(500_000));
      },
      2_000,
    );
    expect(outcome).toHaveProperty("kind", kind);
    await vi.waitUntil(() => isClosed);
  });

  test("a sink never gets more than the limit", async ({ read }) => {
    const { length, outcome } = await read(2_999_999, send(Buffer.alloc(3_000_000, "a")));
    expect(outcome).toHaveProperty("kind", "unexpected_reply");
    expect(String(outcome)).toContain("more than 2999999 bytes");
    expect(length).toBeLessThan(3_000_000);
  });

  test.for([
    [50_000, 60_000],
    [500, 600],
  ] as const)("a part is a broken connection: of %i numbers, %i bytes", async ([count, sent], { read }) => {
    const body = Buffer.from(JSON.stringify(Array.from({ length: count }, (_, index) => index * 7919)));
    const { length, outcome } = await read(3_000_000, send(body, sent));
    expect(outcome).toHaveProperty("kind", "network");
    expect(String(outcome)).toContain("broke off");
    expect(length).toBeLessThan(body.length);
  });
});

test("an answer that decompresses to 1000 times its length is given up at the limit", async ({ open, read }) => {
  const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024));
  expect(bomb.length).toBeLessThan(300_000);
  const send = (response: ServerResponse) =>
    void response.writeHead(200, { "Content-Encoding": "gzip", "Content-Length": bomb.length }).end(bomb);
  const { length, outcome } = await read(1_000_000, send);
  expect(outcome).toMatchObject({ kind: "unexpected_reply" });
  expect(length).toBeLessThanOrEqual(1_000_000);
  await expect((await open(send)).call(call)).rejects.toMatchObject({ kind: "unexpected_reply" });
});

test.for([
  ["of known length", { "Content-Length": 2 }],
  ["in chunks", {}],
] as const)(
  "an answer %s that claims to be compressed and is not is a broken connection",
  async ([, length], { open }) => {
    const session = await open(
      (response) => void response.writeHead(200, { "Content-Encoding": "gzip", ...length }).end("{}"),
    );
    await expect(session.call(call)).rejects.toMatchObject({ kind: "network" });
  },
);
