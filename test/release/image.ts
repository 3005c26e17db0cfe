import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot, runCommand } from "@fedjoin/testbed";
import * as z from "zod";

export interface ImageRelease {
  /** Without a tag. */
  readonly name: string;
  readonly version: string;
  /** The commit. */
  readonly revision: string;
  /** Runs BuildKit. */
  readonly buildkitImage: string;
  /** Writes the SBOM of each architecture. */
  readonly sbomImage: string;
}

const metadata = z.object({ "containerimage.digest": z.string().regex(/^sha256:[0-9a-f]{64}$/) });

/**
 * Builds the image for both architectures with SBOM and provenance, pushes and signs it by its digest, and then tags it:
 * the tag never names an image without a signature. @returns the digest.
 */
export async function publishImage(release: ImageRelease, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "fedjoin-image-"));
  const file = join(folder, "metadata.json");
  const run = async ([command = "", ...args]: readonly string[]): Promise<void> => {
    const { code, stdout, stderr } = await runCommand(command, args, { cwd: repositoryRoot, env });
    if (code !== 0) throw new Error(`${command} ${args.join(" ")}: exit code ${code}\n${stdout}${stderr}`);
  };
  try {
    for (const command of buildCommands(release, file)) await run(command);
    const { "containerimage.digest": digest } = metadata.parse(JSON.parse(await readFile(file, "utf8")));
    for (const command of tagCommands(release, digest)) await run(command);
    return digest;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function buildCommands(release: ImageRelease, metadataFile: string): string[][] {
  const { name, revision, buildkitImage, sbomImage } = release;
  return [
    ["docker", "buildx", "create", "--use", "--driver-opt", `image=${buildkitImage}`],
    [
      ...["docker", "buildx", "build", "--file", "exporter/Dockerfile", "--platform", "linux/amd64,linux/arm64"],
      ...["--build-arg", `REVISION=${revision}`, "--provenance", "mode=max", "--sbom", `generator=${sbomImage}`],
      ...["--output", `type=image,name=${name},push-by-digest=true,push=true`],
      ...["--metadata-file", metadataFile, "."],
    ],
  ];
}

function tagCommands({ name, version }: ImageRelease, digest: string): string[][] {
  return [
    ["cosign", "sign", "--yes", `${name}@${digest}`],
    ["docker", "buildx", "imagetools", "create", "--tag", `${name}:${version}`, `${name}@${digest}`],
  ];
}
