import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { packPackages, publicPackages, repositoryRoot } from "@fedjoin/testbed";
import { parseLock } from "../audit/dependencies";
import { releaseNotes } from "./changelog";
import { releaseProblems, unpinned } from "./checkRelease";
import { publishImage } from "./image";
import { publicSources } from "./lookUp";
import { npm } from "./npm";
import { pin } from "./pin";
import { rehearse, verify } from "./rehearse";
import { rehearseImage } from "./rehearseImage";
import { readBuilds, readManifest, readText, readVersions } from "./repositoryFiles";
import { reproduce } from "./reproduce";
import { packageSbom } from "./sbom";

const help = `The steps of a release. A workflow runs nothing that these commands do not do.

  npm run release -- check --tag v0.1.0   everything that forbids this release; exit code 1 if there is something
  npm run release -- notes                the section of this version in CHANGELOG.md
  npm run release -- sbom --out DIR       what each package contains, as CycloneDX
  npm run release -- pin                  look up and write the commit of each action and the digest of each image
  npm run release -- pin --check          list what is not pinned
  npm run release -- image --name NAME    build, push, sign and tag the image, with $BUILDKIT_IMAGE, $SBOM_IMAGE and $GITHUB_SHA
  npm run release -- reproduce --out DIR  the tarballs and the bundle, built in two fresh clones and compared, with their sums
  npm run release -- rehearse             publish to a registry on loopback, and install and use the packages from it
  npm run release -- rehearse-image       make the files of the image without a container engine, and run them
  npm run release -- verify               install and use what was published under this version`;

interface Options {
  readonly out: string | undefined;
  readonly tag: string | undefined;
  readonly name: string | undefined;
  readonly check: boolean | undefined;
}

/** Each prints its result, and returns the problems that make it fail. */
const commands: Readonly<Record<string, (options: Options) => Promise<readonly string[]>>> = {
  check: ({ tag = "" }) => {
    const changelog = readText("CHANGELOG.md");
    return Promise.resolve(releaseProblems({ tag, versions: readVersions(), changelog, builds: readBuilds() }));
  },
  notes: () => {
    process.stdout.write(releaseNotes(readText("CHANGELOG.md"), readManifest("").version));
    return Promise.resolve([]);
  },
  pack: async (options) => {
    for (const { file } of await packPackages(outFolder(options))) console.log(relative("", file));
    return [];
  },
  sbom: async (options) => {
    const out = outFolder(options);
    mkdirSync(out, { recursive: true });
    const repository: unknown = JSON.parse(await npm(["sbom", "--sbom-format", "cyclonedx"], repositoryRoot));
    const lock = parseLock(readText("package-lock.json"));
    for (const folder of publicPackages) {
      const described = packageSbom(repository, lock, folder, readManifest(folder));
      writeFileSync(join(out, `fedjoin-${folder}.cdx.json`), `${JSON.stringify(described, undefined, 2)}\n`);
    }
    return [];
  },
  pin: async ({ check = false }) => {
    if (check) return unpinned(readBuilds());
    const failures: string[] = [];
    for (const [file, text] of readBuilds()) {
      const pinned = await pin(text, publicSources(process.env));
      writeFileSync(join(repositoryRoot, file), pinned.text);
      failures.push(...pinned.failures.map((failure) => `${file}: ${failure}`));
    }
    return failures;
  },
  image: async ({ name = "" }) => {
    const { BUILDKIT_IMAGE: buildkitImage = "", SBOM_IMAGE: sbomImage = "", GITHUB_SHA: revision = "" } = process.env;
    const { version } = readManifest("exporter");
    console.log(await publishImage({ name, version, revision, buildkitImage, sbomImage }));
    return [];
  },
  reproduce: async (options) => {
    const different = await reproduce(outFolder(options));
    return different.map((name) => `${name} is not the same in both clones`);
  },
  rehearse: async () => {
    await rehearse();
    return [];
  },
  "rehearse-image": async () => {
    await rehearseImage();
    return [];
  },
  verify: async () => {
    await verify();
    return [];
  },
};

function outFolder({ out }: Options): string {
  if (out === undefined) throw new Error("--out is missing: the folder to write to");
  return resolve(out);
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { out: { type: "string" }, tag: { type: "string" }, name: { type: "string" }, check: { type: "boolean" } },
  });
  const command = commands[positionals[0] ?? ""];
  if (command === undefined) {
    console.error(help);
    process.exitCode = 2;
    return;
  }
  const { out, tag, name, check } = values;
  const problems = await command({ out, tag, name, check });
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
