import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { json } from "node:stream/consumers";
import * as z from "zod";
import { repositoryRoot, runCommand } from "@fedjoin/testbed";

/** A package registry on loopback. */
export interface Registry {
  readonly url: string;
  readonly close: () => Promise<void>;
}

interface Version {
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly tarball: () => Promise<Buffer>;
}

const version = z.looseObject({ version: z.string() });
const published = z.object({
  name: z.string(),
  versions: z.record(z.string(), z.looseObject({})),
  _attachments: z.record(z.string(), z.object({ data: z.string() })),
});

/** Serves what is published to it, and every package that the checkout has installed: an installation from it needs no network. */
export async function startLoopbackRegistry(): Promise<Registry> {
  const temporary = await mkdtemp(join(tmpdir(), "fedjoin-registry-"));
  const packages = installedPackages(temporary);
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const path = decodeURIComponent(request.url ?? "").slice(1);
      if (request.method === "PUT") {
        const { name, versions, _attachments } = published.parse(await json(request));
        const [attachment] = Object.values(_attachments);
        const data = Buffer.from(attachment?.data ?? "", "base64");
        const added = Object.entries(versions).map(
          ([each, manifest]) => [each, { manifest, tarball: () => Promise.resolve(data) }] as const,
        );
        packages.set(name, new Map(added));
        response.writeHead(201).end("{}");
        return;
      }
      const [name = "", file] = path.split("/-/");
      const versions = packages.get(name);
      if (versions === undefined) {
        response.writeHead(404).end("{}");
      } else if (file === undefined) {
        response.end(JSON.stringify(await packument(name, versions, `http://${request.headers.host ?? ""}`)));
      } else {
        const wanted = [...versions].find(([each]) => file.endsWith(`-${each}.tgz`))?.[1];
        response.end(await wanted?.tarball());
      }
    };
    answer().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the registry has no port");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await rm(temporary, { recursive: true });
    },
  };
}

/** The packages of the checkout's lock file by name and version, packed when they are asked for. */
function installedPackages(temporary: string): Map<string, Map<string, Version>> {
  const { packages } = z
    .object({ packages: z.record(z.string(), z.looseObject({})) })
    .parse(JSON.parse(readFileSync(join(repositoryRoot, "package-lock.json"), "utf8")));
  const found = new Map<string, Map<string, Version>>();
  for (const [folder, locked] of Object.entries(packages)) {
    const name = folder.split("node_modules/").at(-1) ?? "";
    const { success, data } = version.safeParse(locked);
    if (!folder.includes("node_modules/") || !success) continue;
    const versions = found.get(name) ?? new Map<string, Version>();
    const file = join(temporary, `${basename(name)}-${found.size}-${data.version}.tgz`);
    let packed: Promise<Buffer> | undefined;
    const tarball = () => (packed ??= packInstalled(folder, file));
    found.set(name, versions.set(data.version, { manifest: data, tarball }));
  }
  return found;
}

/** Packs the folder of a package, uncompressed, which npm reads as well. */
async function packInstalled(folder: string, file: string): Promise<Buffer> {
  const from = join(repositoryRoot, folder);
  const args = ["-cf", file, "--exclude=node_modules", "-C", dirname(from), basename(from)];
  const { code, stderr } = await runCommand("tar", args);
  if (code !== 0) throw new Error(stderr);
  return readFile(file);
}

async function packument(name: string, versions: ReadonlyMap<string, Version>, url: string): Promise<object> {
  const described = await Promise.all(
    [...versions].map(async ([each, { manifest, tarball }]) => {
      const integrity = `sha512-${createHash("sha512")
        .update(await tarball())
        .digest("base64")}`;
      const dist = { tarball: `${url}/${name}/-/${basename(name)}-${each}.tgz`, integrity };
      return [each, { ...manifest, name, version: each, dist }] as const;
    }),
  );
  return {
    name,
    "dist-tags": { latest: [...versions.keys()].at(-1) },
    versions: Object.fromEntries(described),
  };
}
