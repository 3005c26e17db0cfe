import { chown, cp, mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { nodeBinDir, repositoryRoot, runCommand } from "@fedjoin/testbed";
import { copied, execForm, onlyInstruction, readDockerfile, type Instruction, type Stage } from "../support/dockerfile";
import { readEnvFile } from "../support/composeFile";
import { readText } from "./repositoryFiles";

/** What the Dockerfile makes: files, and how they are started. */
export interface ImageRoot {
  /** The folder of `/`, without the files of the base image. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly user: number;
  readonly group: number;
  readonly folder: string;
  readonly start: readonly string[];
  readonly health: readonly string[];
}

/** What the base images bring, and the stages do not need to do again. */
const unneeded = ["ARG", "LABEL", "EXPOSE", "ENV", "USER", "ENTRYPOINT", "HEALTHCHECK"];

/**
 * Does what each instruction of exporter/Dockerfile says, in folders below `target`. `installPackages` stands in for
 * `npm ci`. @throws Error for an instruction that it does not know.
 */
export async function assembleImage(
  target: string,
  installPackages: (folder: string) => Promise<void>,
  revision: string,
): Promise<ImageRoot> {
  const [build, final] = readDockerfile(readText("exporter/Dockerfile"));
  if (build === undefined || final === undefined) throw new Error("the Dockerfile has not two stages");
  const roots = { build: join(target, "build"), final: join(target, "root") };
  const canChown = process.getuid?.() === 0;
  for (const [{ instructions }, root] of [[build, roots.build] as const, [final, roots.final] as const]) {
    let folder = root;
    for (const { name, rest } of instructions) {
      if (name === "WORKDIR") {
        folder = join(root, rest);
        await mkdir(folder, { recursive: true });
      } else if (name === "COPY") {
        await copy(rest, { folder, root, build: roots.build, canChown });
      } else if (name === "RUN" && rest.startsWith("npm ci ")) {
        await installPackages(folder);
      } else if (name === "RUN") {
        await runStep(rest.replaceAll(" /", ` ${root}/`), folder, revision);
      } else if (!unneeded.includes(name)) {
        throw new Error(`${name} is not an instruction that this knows`);
      }
    }
  }
  return { root: roots.final, ...startOf(final) };
}

function startOf(final: Stage): Omit<ImageRoot, "root"> {
  const [user = 0, group = 0] = onlyInstruction(final, "USER").split(":").map(Number);
  const [, health = ""] = / CMD (.*)$/.exec(onlyInstruction(final, "HEALTHCHECK")) ?? [];
  return {
    ...{ user, group },
    environment: readEnvFile(onlyInstruction(final, "ENV").replaceAll(" ", "\n")),
    folder: onlyInstruction(final, "WORKDIR"),
    start: execForm(onlyInstruction(final, "ENTRYPOINT")),
    health: execForm(health),
  };
}

interface CopyPlaces {
  readonly folder: string;
  readonly root: string;
  readonly build: string;
  readonly canChown: boolean;
}

async function copy(rest: Instruction["rest"], { folder, root, build, canChown }: CopyPlaces): Promise<void> {
  const [, options = "", paths = ""] = /^((?:--\S+ )*)(.*)$/.exec(rest) ?? [];
  const from = options.includes("--from=build ") ? build : repositoryRoot;
  const { sources, target } = copied(paths) ?? { sources: [], target: "" };
  for (const source of sources) {
    const path = target.startsWith("/") ? join(root, target) : join(folder, target);
    const to = target.endsWith("/") ? join(path, basename(source)) : path;
    await mkdir(dirname(to), { recursive: true });
    await cp(join(from, source), to, { recursive: true });
    const [, user, group] = /--chown=(\d+):(\d+)/.exec(options) ?? [];
    if (user !== undefined && canChown) await chown(to, Number(user), Number(group));
  }
}

async function runStep(step: string, folder: string, revision: string): Promise<void> {
  const env = { PATH: `${nodeBinDir}:${process.env["PATH"] ?? ""}`, REVISION: revision };
  const { code, stdout, stderr } = await runCommand("sh", ["-c", step], { cwd: folder, env });
  if (code !== 0) throw new Error(`${step}: exit code ${code}\n${stdout}${stderr}`);
}
