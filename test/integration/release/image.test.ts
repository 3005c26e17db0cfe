import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { publishImage } from "../../release/image";

const digest = `sha256:${"ab".repeat(32)}`;
const release = {
  ...{ name: "registry.example.com/fedjoin-exporter", version: "0.2.0", revision: "abc" },
  ...{ buildkitImage: "moby/buildkit:test", sbomImage: "docker/scanner:test" },
};

let dir: string;
let env: NodeJS.ProcessEnv;

/** Stands in for docker and cosign: notes how it was called, and writes the metadata that it is asked for. */
const recorder = `#!/bin/sh
echo "$(basename "$0") $*" >> "$RECORD"
case "$(basename "$0") $*" in "$REFUSE"*) echo "refused" >&2; exit 1;; esac
while [ $# -gt 0 ]; do
  if [ "$1" = --metadata-file ]; then echo '{ "containerimage.digest": "${digest}" }' > "$2"; fi
  shift
done
`;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "fedjoin-image-"));
  await mkdir(join(dir, "bin"));
  for (const name of ["docker", "cosign"]) {
    await writeFile(join(dir, "bin", name), recorder);
    await chmod(join(dir, "bin", name), 0o755);
  }
  env = { PATH: `${join(dir, "bin")}:${process.env["PATH"] ?? ""}`, RECORD: join(dir, "record"), REFUSE: "nothing" };
});

afterEach(() => rm(dir, { recursive: true }));

const calls = async (): Promise<string[]> => (await readFile(join(dir, "record"), "utf8")).trim().split("\n");

test("the image is pushed and signed by its digest before it has a tag", async () => {
  expect(await publishImage(release, env)).toBe(digest);
  const [create, build, ...others] = await calls();
  expect(create).toBe("docker buildx create --use --driver-opt image=moby/buildkit:test");
  expect(build).toContain("--platform linux/amd64,linux/arm64 --build-arg REVISION=abc --provenance mode=max");
  expect(build).toContain("--sbom generator=docker/scanner:test");
  expect(build).toContain(
    "--output type=image,name=registry.example.com/fedjoin-exporter,push-by-digest=true,push=true",
  );
  const image = "registry.example.com/fedjoin-exporter";
  expect(others).toEqual([
    `cosign sign --yes ${image}@${digest}`,
    `docker buildx imagetools create --tag ${image}:0.2.0 ${image}@${digest}`,
  ]);
});

test("an image that cannot be signed gets no tag", async () => {
  await expect(publishImage(release, { ...env, REFUSE: "cosign" })).rejects.toThrow(/cosign sign .*code 1\nrefused/);
  expect((await calls()).at(-1)).toContain("cosign sign");
});
