import { Agent, request } from "node:https";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { z } from "zod";
import { serveRequests } from "./childProcess";
import { floorRequest, type FloorRequest } from "./messages";

const unzip = promisify(gunzip);
const authAnswer = z.object({ token: z.object({ token: z.string() }) });

/** The floor: nothing but to fetch the answers over kept connections, to unzip and to parse them. */
let agent: Agent | undefined;
let token: string | undefined;

function get(question: FloorRequest, method: string, path: string): Promise<unknown> {
  const { port, ca, maxConnections } = question;
  agent ??= new Agent({ keepAlive: true, maxSockets: maxConnections, ca });
  return new Promise((resolve, reject) => {
    const headers = { "Accept-Encoding": "gzip", ...(token === undefined ? {} : { "X-Auth-Token": token }) };
    const outgoing = request({ host: "127.0.0.1", port, method, path, headers, agent }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject);
      answer.on("end", () => {
        const body = Buffer.concat(chunks);
        const isZipped = answer.headers["content-encoding"] === "gzip";
        (isZipped ? unzip(body) : Promise.resolve(body)).then((bytes) => {
          resolve(JSON.parse(bytes.toString()));
        }, reject);
      });
    });
    outgoing.on("error", reject).end();
  });
}

serveRequests(async (asked) => {
  const question = floorRequest.parse(asked);
  token ??= authAnswer.parse(await get(question, "POST", "/v1/auth")).token.token;
  const start = performance.now();
  await Promise.all(question.paths.map((path) => get(question, "GET", path)));
  return { ms: performance.now() - start };
});
