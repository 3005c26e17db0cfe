import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Sources } from "../../release/lookUp";
import { pin } from "../../release/pin";
import { readBuilds } from "../../release/repositoryFiles";
import { findReferences } from "../../release/references";

const commit = "0123456789abcdef0123456789abcdef01234567";
const digest = `sha256:${"ab".repeat(32)}`;

let server: Server;
let sources: Sources;

/** Answers as GitHub's API and as a registry that wants a token first. */
function answer({ method, url = "", headers }: IncomingMessage, response: ServerResponse): void {
  const [path = ""] = url.split("?");
  if (/^\/github\/repos\/[\w-]+\/[\w-]+\/commits\/v\d/.test(path) && headers.authorization === "Bearer known") {
    response.end(`${commit}\n`);
  } else if (path === "/token" && url.includes("scope=pull")) {
    response.end(JSON.stringify({ token: "given" }));
  } else if (method === "HEAD" && /^\/\w[\w.]+\/v2\/[\w./-]+\/manifests\/[\w-]+$/.test(path)) {
    const { host = "" } = headers;
    const challenge = { "www-authenticate": `Bearer realm="http://${host}/token",service="registry",scope="pull"` };
    if (headers.authorization === "Bearer given") response.writeHead(200, { "docker-content-digest": digest }).end();
    else response.writeHead(401, challenge).end();
  } else {
    response.writeHead(404).end();
  }
}

beforeAll(async () => {
  server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const base = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  sources = { github: `${base}/github`, githubToken: "known", registry: (host) => `${base}/${host}` };
});

afterAll(() => {
  server.close();
});

test("every version in the workflows and the Dockerfile can be pinned", async () => {
  for (const [file, text] of readBuilds()) {
    const pinned = await pin(text, sources);
    expect(pinned.failures, file).toEqual([]);
    const references = findReferences(pinned.text);
    expect(references.length, file).toBeGreaterThan(0);
    for (const { kind, content } of references)
      expect(content).toMatch(kind === "action" ? /^[0-9a-f]{40}$/ : /^sha256:/);
    expect(references.map(({ version }) => version)).toEqual(findReferences(text).map(({ version }) => version));
  }
});

test.each([
  ["uses: actions/missing@main", "actions/missing@main: status 404"],
  ["FROM node:22.1", "node:22.1: status 404"],
])("%s, which cannot be looked up, stays as it is", async (text, failure) => {
  expect(await pin(text, sources)).toEqual({ text, failures: [failure] });
});

test("an answer that is not a commit is not believed, and a server that is not there is named", async () => {
  const text = "uses: actions/cache@v5";
  const wrong = { ...sources, github: `${sources.github}/..` };
  expect((await pin(text, wrong)).failures).toEqual(["actions/cache@v5: status 404"]);
  const gone = { ...sources, github: "http://127.0.0.1:1" };
  expect(await pin(text, gone)).toEqual({ text, failures: [expect.stringContaining("actions/cache@v5: ")] });
});
