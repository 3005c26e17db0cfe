import { createSession, type Session } from "@fedjoin/provider/neuvector";
import { createSystemPorts } from "@fedjoin/provider/system";
import { createHash, randomBytes } from "node:crypto";
import type { RequestListener, ServerResponse } from "node:http";
import { PassThrough } from "node:stream";
import { constants, createGzip, gzipSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createTestCa, issueCertificate } from "@fedjoin/simulator";
import { startWebServer, type WebServer } from "../../support/webServer";

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(
  answer: RequestListener,
  maxConnections?: number,
): Promise<{ session: Session; server: WebServer }> {
  const ca = await createTestCa();
  const { certificate: cert, key } = await issueCertificate(ca, ["127.0.0.1"]);
  const server = await startWebServer({ cert, key }, answer);
  closers.push(() => server.close());
  const ports = createSystemPorts(() => undefined, { maxConnections });
  const target = { protocol: "https", ...server, tls: { ca: ca.certificate } } as const;
  return { session: createSession(ports, target, { kind: "none" }), server };
}

/** Sends `body` compressed or as it is, the first `length` bytes of it and then nothing more, where given. */
const send = (response: ServerResponse, body: Buffer, { isCompressed = false, length = Infinity } = {}): void => {
  const payload = isCompressed ? gzipSync(body) : body;
  response.writeHead(200, {
    "Content-Length": payload.length,
    ...(isCompressed ? { "Content-Encoding": "gzip" } : {}),
  });
  if (length >= payload.length) {
    response.end(payload);
    return;
  }
  response.write(payload.subarray(0, length), () => response.socket?.destroySoon());
};

const call = { method: "GET", path: "/v1/conversation" } as const;

/** What a sink gets of the answer, and how the call ends. */
async function read(session: Session, maxBytes: number) {
  let length = 0;
  const sink = (chunk: Uint8Array): void => {
    length += chunk.length;
  };
  const outcome = await session.call({ ...call, maxBytes, sink }).catch((error: unknown) => error);
  return { length, outcome };
}

describe.each([{ isCompressed: false }, { isCompressed: true }])(
  "of a long answer, compressed: $isCompressed",
  ({ isCompressed }) => {
    test("a sink gets all of it, and the call gives nothing", async () => {
      const { session } = await start((_, response) => {
        send(response, Buffer.alloc(3_000_000, "a"), { isCompressed });
      });
      expect(await read(session, 3_000_000)).toEqual({ length: 3_000_000, outcome: undefined });
    });

    test("what hardly zips arrives as it was sent", async () => {
      const body = randomBytes(3_000_000);
      const { session } = await start((_, response) => {
        send(response, body, { isCompressed });
      });
      const hash = createHash("sha256");
      await session.call({ ...call, maxBytes: body.length, sink: (chunk) => hash.update(chunk) });
      expect(hash.digest("hex")).toBe(createHash("sha256").update(body).digest("hex"));
    });

    test.each([
      { maxBytes: 100_000, kind: "unexpected_reply", how: "too long" },
      { maxBytes: 10_000_000, kind: "timeout", how: "never complete" },
    ])("the connection of one that is $how is closed", async ({ maxBytes, kind }) => {
      let isClosed = false;
      const { session } = await start((_, response) => {
        response.once("close", () => {
          isClosed = true;
        });
        response.writeHead(200, isCompressed ? { "Content-Encoding": "gzip" } : {});
        const body = isCompressed ? createGzip({ flush: constants.Z_SYNC_FLUSH }) : new PassThrough();
        body.pipe(response);
        body.write(randomBytes(500_000));
      });
      const answer = session.call({ ...call, maxBytes, timeoutMs: 500, sink: () => undefined });
      await expect(answer).rejects.toHaveProperty("kind", kind);
      await vi.waitUntil(() => isClosed);
    });

    test("a sink never gets more than the limit", async () => {
      const { session } = await start((_, response) => {
        send(response, Buffer.alloc(3_000_000, "a"), { isCompressed });
      });
      const { length, outcome } = await read(session, 2_999_999);
      expect(outcome).toHaveProperty("kind", "unexpected_reply");
      expect(String(outcome)).toContain("more than 2999999 bytes");
      expect(length).toBeLessThan(3_000_000);
    });

    test("a part is a broken connection", async () => {
      const body = Buffer.from(JSON.stringify(Array.from({ length: 50_000 }, (_, index) => index * 7919)));
      const { session } = await start((_, response) => {
        send(response, body, { isCompressed, length: 60_000 });
      });
      const { length, outcome } = await read(session, 3_000_000);
      expect(outcome).toHaveProperty("kind", "network");
      expect(String(outcome)).toContain("broke off");
      expect(length).toBeLessThan(body.length);
    });
  },
);

test("an answer that unzips to a thousand times its length is given up at the limit, long before it is unzipped", async () => {
  const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024));
  expect(bomb.length).toBeLessThan(300_000);
  const { session } = await start((_, response) => {
    response.writeHead(200, { "Content-Encoding": "gzip", "Content-Length": bomb.length }).end(bomb);
  });
  const { length, outcome } = await read(session, 1_000_000);
  expect(outcome).toMatchObject({ kind: "unexpected_reply" });
  expect(length).toBeLessThanOrEqual(1_000_000);
  // The same where there is no sink, with the limit of ordinary answers.
  await expect(session.call(call)).rejects.toMatchObject({ kind: "unexpected_reply" });
});

test("an answer that claims to be compressed and is not is a broken connection", async () => {
  const { session } = await start((_, response) => {
    response.writeHead(200, { "Content-Encoding": "gzip" }).end("{}");
  });
  await expect(session.call(call)).rejects.toMatchObject({ kind: "network" });
});

test("no more connections are opened than are allowed, and all of them are used", async () => {
  const allowed = 3;
  const waiting: ServerResponse[] = [];
  const sockets = new Set<unknown>();
  const { session, server } = await start((request, response) => {
    sockets.add(request.socket);
    waiting.push(response);
    if (waiting.length === allowed) for (const held of waiting.splice(0)) held.end("{}");
  }, allowed);
  await Promise.all(Array.from({ length: 4 * allowed }, () => session.call(call)));
  expect(server.requests).toHaveLength(4 * allowed);
  expect(sockets.size).toBe(allowed);
});
