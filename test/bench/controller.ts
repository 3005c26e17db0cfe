import { createServer } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { createTestCa, issueCertificate } from "@fedjoin/simulator";
import { answerTo, memberFederation, responsesFor } from "./responses";
import { serveRequests } from "./childProcess";
import { parseSizeName, sizes } from "./sizes";

/** What the bench asks its controller, with the answer in brackets. */
export type ControllerRequest =
  /** Where it is (`Address`). */
  | { readonly ask: "address" }
  /** To wait so long before each answer from now on. */
  | { readonly ask: "delay"; readonly ms: number }
  /** To end the session, so that the next request gets 401/3. */
  | { readonly ask: "expire" }
  /** What came since it was last asked (`Traffic`). */
  | { readonly ask: "traffic" };

export interface Address {
  readonly port: number;
  readonly ca: string;
}

export interface Traffic {
  /** Paths with their query, in the order of arrival, logins not among them. */
  readonly paths: readonly string[];
  readonly logins: number;
  /** Bytes of the bodies before compression. */
  readonly bytes: number;
  /** Most connections at a time. */
  readonly connections: number;
}

interface Body {
  readonly plain: Buffer;
  /** The product zips what is longer than 1200 bytes (rest-api.md#compression). */
  readonly compressed: Buffer | undefined;
}

const compressedFromBytes = 1200;

function toBody(value: unknown): Body {
  const plain = Buffer.from(JSON.stringify(value));
  return { plain, compressed: plain.length > compressedFromBytes ? gzipSync(plain) : undefined };
}

/** What a master sends on to a member (rest-api.md#forwarding-to-members). */
const forwarded = /^\/v1\/fed\/cluster\/[^/]+(?=\/v1\/)/;

/** A master that is nothing but its answers and those of its members, so that it costs the machine as little as it can. */
async function main(): Promise<void> {
  const own = responsesFor(sizes[parseSizeName(process.argv[2])], Number(process.argv[3] ?? 5));
  const ofMembers = new Map([...own, ["/v1/fed/member", memberFederation]]);
  const bodies = { own: new Map<string, Body>(), ofMembers: new Map<string, Body>() };
  const bodyOf = (url: string): Body | undefined => {
    const path = url.replace(forwarded, "");
    const [answers, known] = path === url ? [own, bodies.own] : [ofMembers, bodies.ofMembers];
    const { pathname, searchParams } = new URL(path, "https://controller");
    const answer = answers.get(pathname);
    const body = known.get(path) ?? (answer && toBody(answerTo(answer, searchParams)));
    if (body !== undefined) known.set(path, body);
    return body;
  };
  let sessions = 1;
  let delayMs = 0;
  let paths: string[] = [];
  let logins = 0;
  let bytes = 0;
  let connections = 0;
  let mostConnections = 0;

  const token = (): string => `session-${sessions}`;

  const send = (response: ServerResponse, status: number, body: Body, isCompressed: boolean): void => {
    const payload = isCompressed ? (body.compressed ?? body.plain) : body.plain;
    response.writeHead(status, {
      "Content-Type": "application/json",
      "Content-Length": payload.length,
      ...(payload === body.compressed ? { "Content-Encoding": "gzip" } : {}),
    });
    response.end(payload);
  };

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { method = "", url = "", headers } = request;
    if (url === "/v1/auth") {
      if (method === "POST") logins++;
      send(response, 200, toBody(method === "POST" ? { token: { token: token(), timeout: 300 } } : {}), false);
      return;
    }
    if (headers["x-auth-token"] !== token()) {
      send(response, 401, toBody({ code: 3, error: "Authentication failed", message: "Authentication failed" }), false);
      return;
    }
    paths.push(url);
    const body = bodyOf(url);
    bytes += body?.plain.length ?? 0;
    if (body === undefined) send(response, 404, toBody({ code: 1, error: "URL not found", message: url }), false);
    else send(response, 200, body, headers["accept-encoding"]?.includes("gzip") === true);
  };

  const ca = await createTestCa();
  const { certificate: cert, key } = await issueCertificate(ca, ["127.0.0.1"]);
  const server = createServer({ cert, key, keepAliveTimeout: 120_000 }, (request, response) => {
    request.resume();
    if (delayMs === 0) answer(request, response);
    else setTimeout(answer, delayMs, request, response);
  });
  server.on("secureConnection", (socket) => {
    mostConnections = Math.max(mostConnections, ++connections);
    socket.once("close", () => connections--);
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const at = server.address();
      resolve(typeof at === "object" && at !== null ? at.port : 0);
    });
  });

  serveRequests((question: ControllerRequest): Address | Traffic | undefined => {
    switch (question.ask) {
      case "address":
        return { port, ca: ca.certificate };
      case "delay":
        delayMs = question.ms;
        return undefined;
      case "expire":
        sessions++;
        return undefined;
      case "traffic": {
        const traffic = { paths, logins, bytes, connections: mostConnections };
        [paths, logins, bytes, mostConnections] = [[], 0, 0, connections];
        return traffic;
      }
    }
  });
}

void main();
