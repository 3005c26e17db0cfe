import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, mkdir, readdir, truncate, writeFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { beforeAll, describe, expect } from "vitest";
import { runCommand } from "@fedjoin/testbed";
import { obtainTools, type ObtainOptions } from "../../testbed/src/toolchain/obtainTools";
import type { Checksum } from "../../testbed/src/toolchain/releases";
import type { Tool } from "../../testbed/src/toolchain/tools";
import { test as base } from "../../support/fixtures";
import { createServerCertificates, type ServerCertificates } from "../../support/serverCertificates";
import { startWebServer, type WebServer } from "../../support/webServer";

const officialUrl = "https://releases.example.com/sample/v1.2.3/sample-linux-x64.tar.gz";
const mirrorPath = "/tools/releases.example.com/sample/v1.2.3/sample-linux-x64.tar.gz";

/** A tool of one shell script, which no PATH of these tests has. */
const sample: Tool = {
  name: "sample",
  title: "Sample tool",
  version: "1.2.3",
  programs: [{ name: "sample", versionArgs: ["--version"], accepts: "^1.2.0" }],
  releases: [
    {
      name: "SAMPLE",
      platforms: ["linux-x64"],
      url: () => officialUrl,
      stripComponents: 1,
      files: ["sample"],
    },
  ],
  // A module that exists; these tests build nothing, since there is no go on their PATH.
  build: { binaries: {}, tags: [], stamps: {}, coreSeconds: 1 },
};
const tool: Tool = { ...sample, name: "kubernetes" };

let certificates: ServerCertificates;

beforeAll(async () => {
  certificates = await createServerCertificates();
});

/** A release archive of a program that prints this. */
async function archive(folder: string, output = "sample 1.2.3", file = "sample"): Promise<Buffer> {
  const root = join(folder, "archive", "sample-1.2.3");
  await mkdir(root, { recursive: true });
  await writeFile(join(root, file), `#!/bin/sh\necho ${output}\n`);
  await chmod(join(root, file), 0o755);
  const path = join(folder, "archive.tar.gz");
  const { code, stderr } = await runCommand("tar", ["-czf", path, "-C", join(folder, "archive"), "sample-1.2.3"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return readFileSync(path);
}

function sha256(content: Buffer): Checksum {
  return { algorithm: "sha256", hex: createHash("sha256").update(content).digest("hex") };
}

interface Attempt {
  readonly folder: string;
  readonly mirror?: WebServer;
  readonly checksum?: Checksum;
}

/** Obtains the tool with nothing on PATH, through the mirror if there is one. */
async function obtain(
  { mirror, folder, checksum }: Attempt,
  { tool: wanted = tool, ...options }: Partial<ObtainOptions> & { readonly tool?: Tool } = {},
) {
  const lines: string[] = [];
  const bin = join(folder, "bin");
  await mkdir(bin, { recursive: true });
  const env = {
    PATH: bin,
    FEDJOIN_CACHE: join(folder, "cache"),
    ...(mirror && { FEDJOIN_TOOLS_MIRROR: `https://127.0.0.1:${mirror.port}/tools` }),
  };
  const commands = await obtainTools([wanted], {
    say: (line) => lines.push(line),
    env,
    platform: "linux-x64",
    checksums: new Map(checksum && [[officialUrl, checksum]]),
    ca: certificates.ca,
    ...options,
  }).catch((error: unknown) => error);
  return { commands, lines };
}

const serve = (listener: RequestListener) => {
  const { certificate: cert, key } = certificates.good;
  return startWebServer({ cert, key }, listener);
};

/** Starts a mirror; by default it has what the pinned checksum is of. */
const test = base.extend(
  "mirrored",
  ({ folder, closing }) =>
    async (content: Buffer, answer: RequestListener = (_request, response) => response.end(content)) => ({
      ...{ folder, checksum: sha256(content), mirror: closing(await serve(answer)) },
    }),
);

const cacheOf = (folder: string) => join(folder, "cache/tools/kubernetes");

describe("a release from a mirror", () => {
  test("is downloaded once, verified, unpacked into the cache and started", async ({ folder, mirrored }) => {
    const attempt = await mirrored(await archive(folder));
    const { mirror } = attempt;
    const { commands, lines } = await obtain(attempt);
    expect(commands).toBeInstanceOf(Map);
    const { command } = (commands as Map<string, { command: string }>).get("sample") ?? { command: "" };
    expect((await runCommand(command, [])).stdout).toBe("sample 1.2.3\n");
    expect(lines).toEqual([
      `tool 1 of 1: downloading Sample tool 1.2.3 from 127.0.0.1:${mirror.port}`,
      `Sample tool: ${command}`,
    ]);
    expect(mirror.requests).toEqual([`GET ${mirrorPath}`]);

    expect((await obtain(attempt)).lines).toEqual([`Sample tool: ${command}`]);
    expect(mirror.requests).toHaveLength(1);
  });

  test("is downloaded once by two that start together", async ({ folder, mirrored }) => {
    const attempt = await mirrored(await archive(folder));
    const [first, second] = await Promise.all([obtain(attempt), obtain(attempt)]);
    expect(first.commands).toEqual(second.commands);
    expect(attempt.mirror.requests).toHaveLength(1);
    expect([...first.lines, ...second.lines]).toContain(
      "tool 1 of 1: another process downloads Sample tool; waiting for it",
    );
  });

  test("is downloaded again when the cache holds only a part of it", async ({ folder, mirrored }) => {
    const attempt = await mirrored(await archive(folder));
    await obtain(attempt);
    const [name = ""] = await readdir(cacheOf(folder));
    const program = join(cacheOf(folder), name, "sample");
    await truncate(program, 5);
    await mkdir(join(cacheOf(folder), `${name}.new-killed`));
    await obtain(attempt);
    expect((await runCommand(program, [])).stdout).toBe("sample 1.2.3\n");
    expect(attempt.mirror.requests).toHaveLength(2);
    expect(await readdir(cacheOf(folder))).toEqual([name]);
  });
});

describe("an official release without a pinned checksum", () => {
  const official = (server: WebServer): Tool => ({
    ...tool,
    releases: tool.releases.map((release) => ({
      ...release,
      url: () => `https://127.0.0.1:${server.port}/sample.tar.gz`,
      checksums: {
        url: (file) => `${file}.sha256`,
        read: (text) => (/^[0-9a-f]{64}$/.test(text) ? { algorithm: "sha256", hex: text } : undefined),
      },
    })),
  });

  test("is compared with the published one", async ({ folder, closing }) => {
    const content = await archive(folder);
    const server = closing(
      await serve((request, response) =>
        response.end(request.url === "/sample.tar.gz.sha256" ? sha256(content).hex : content),
      ),
    );
    const { commands } = await obtain({ folder }, { tool: official(server) });
    expect(commands).toBeInstanceOf(Map);
    expect(server.requests).toEqual(["GET /sample.tar.gz.sha256", "GET /sample.tar.gz"]);
  });

  test("is not downloaded when the published file does not list it", async ({ folder, closing }) => {
    const server = closing(await serve((_request, response) => response.end("none")));
    const { lines } = await obtain({ folder }, { tool: official(server) });
    expect(lines[1]).toContain("/sample.tar.gz.sha256: lists no checksum of https://");
    expect(server.requests).toEqual(["GET /sample.tar.gz.sha256"]);
  });

  test("is not downloaded when the published file comes without TLS", async ({ folder, closing }) => {
    const content = await archive(folder);
    const plain = closing(await startWebServer("plain", (_request, response) => response.end(sha256(content).hex)));
    const server = closing(
      await serve((_request, response) =>
        response.writeHead(302, { location: `http://127.0.0.1:${plain.port}/sums` }).end(),
      ),
    );
    const { lines } = await obtain({ folder }, { tool: official(server) });
    expect(lines[1]).toContain("redirected to an address without TLS");
  });
});

describe("a download fails in one line and leaves nothing", () => {
  const failing = async (attempt: Attempt, options: Partial<ObtainOptions> = {}) => {
    const { commands, lines } = await obtain(attempt, options);
    expect(String(commands)).toContain("Missing: Sample tool 1.2.3.");
    expect(String(commands)).toContain("there is no go on PATH");
    expect(await readdir(cacheOf(attempt.folder))).toEqual([]);
    const failures = lines.filter((line) => line.includes("is not downloaded"));
    expect(failures).toHaveLength(1);
    expect(failures[0]).not.toContain("\n");
    return failures[0];
  };

  test("with another checksum", async ({ folder, mirrored }) => {
    const content = await archive(folder);
    const attempt = await mirrored(content, (_request, response) => response.end(`${content.toString("latin1")}.`));
    expect(await failing(attempt)).toMatch(
      new RegExp(
        `Sample tool 1.2.3 is not downloaded: https://\\S+: has the sha256 [0-9a-f]{64}, expected ${attempt.checksum.hex}$`,
      ),
    );
  });

  test("with a truncated body", async ({ folder, mirrored }) => {
    const content = await archive(folder);
    const attempt = await mirrored(content, (_request, response) => {
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, 20), () => response.destroy());
    });
    expect(await failing(attempt)).toMatch(/not downloaded: https:\S+: \w/);
  });

  const page = Buffer.from("<html>sign in</html>");
  test("with status 404", async ({ mirrored }) => {
    const attempt = await mirrored(page, (_request, response) => response.writeHead(404).end(page));
    expect(await failing(attempt)).toContain("/sample-linux-x64.tar.gz: status 404");
  });

  test.for<[string, (folder: string) => Promise<Buffer>, RegExp]>([
    ["content that is not an archive", () => Promise.resolve(page), /tar cannot unpack it/],
    ["an archive without the program", (folder) => archive(folder, "sample 1.2.3", "other"), /holds no program sample/],
    ["another version", (folder) => archive(folder, "sample 2.0.0"), /does not fit: \S+sample is 2\.0\.0$/],
  ])("with %s", async ([, make, message], { folder, mirrored }) => {
    expect(await failing(await mirrored(await make(folder)))).toMatch(message);
  });

  test.for(["before the headers", "within the body"])("when it stalls %s", async (where, { folder, mirrored }) => {
    const content = await archive(folder);
    const attempt = await mirrored(content, (_request, response) => {
      if (where === "within the body") response.write(content.subarray(0, 20));
    });
    expect(await failing(attempt, { patienceMs: 200 })).toMatch(/sample-linux-x64.tar.gz: no progress$/);
  });

  test("from a server that cannot be verified", async ({ folder, closing }) => {
    const { certificate: cert, key } = certificates.selfSigned;
    const content = await archive(folder);
    const mirror = closing(await startWebServer({ cert, key }, (_request, response) => response.end(content)));
    expect(await failing({ mirror, folder, checksum: sha256(content) })).toContain("self-signed certificate");
    expect(mirror.requests).toEqual([]);
  });

  test("without a server", async ({ mirrored }) => {
    const attempt = await mirrored(page);
    await attempt.mirror.close();
    expect(await failing(attempt)).toContain("ECONNREFUSED");
  });
});
