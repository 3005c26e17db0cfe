import { Agent, request } from "node:https";
import * as z from "zod";
import { serveRequests } from "./childProcess";
import { fetchBody } from "./fetchBody";

/** What the bench asks the floor: to fetch these, and how many milliseconds that took. */
export interface FloorRequest {
  readonly port: number;
  readonly ca: string;
  readonly maxConnections: number;
  readonly paths: readonly string[];
}

const authAnswer = z.object({ token: z.object({ token: z.string() }) });

/** The floor: nothing but to fetch the answers over kept connections, to decompress and to parse them. */
let agent: Agent | undefined;
let token: string | undefined;

async function get({ port, ca, maxConnections }: FloorRequest, method: string, path: string): Promise<unknown> {
  agent ??= new Agent({ keepAlive: true, maxSockets: maxConnections, ca });
  const headers = { "Accept-Encoding": "gzip", ...(token === undefined ? {} : { "X-Auth-Token": token }) };
  return JSON.parse(await fetchBody(request({ host: "127.0.0.1", port, method, path, headers, agent })));
}

serveRequests(async (question: FloorRequest): Promise<number> => {
  token ??= authAnswer.parse(await get(question, "POST", "/v1/auth")).token.token;
  const start = performance.now();
  await Promise.all(question.paths.map((path) => get(question, "GET", path)));
  return performance.now() - start;
});
