import { existsSync, globSync, readFileSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { settingFacts } from "../../../exporter/src/settings/setting";
import { exporterSettings } from "../../../exporter/src/settings/settings";
import { freePort, type SimulatedController, startController } from "@fedjoin/simulator";
import { assembleImage, type ImageRoot } from "../../release/imageRoot";
import { copied, execForm, onlyInstruction, readDockerfile, type Stage } from "../../support/dockerfile";
import { at } from "../../support/federation";
import { startExporterBy, type ExporterProcess } from "../../support/exporterProcess";
import { repositoryRoot, runCommand } from "@fedjoin/testbed";

const read = (file: string): string => readFileSync(join(repositoryRoot, file), "utf8");
const stages = readDockerfile(read("exporter/Dockerfile"));
const [build, final] = [at(stages, 0), at(stages, 1)];
const everything = stages.flatMap(({ instructions }) => instructions);

const contextPaths = everything
  .filter(({ name }) => name === "COPY")
  .flatMap(({ rest }) => copied(rest)?.sources ?? []);

describe("the Dockerfile", () => {
  test("makes a small image from tagged ones: the last stage runs nothing and has no shell to run it", () => {
    expect(stages.map(({ name }) => name)).toEqual(["build", undefined]);
    expect(build.image).toMatch(/^node:22-/);
    expect(final.image).toMatch(/distroless\/nodejs22-\w+:nonroot$/);
    expect(final.instructions.map(({ name }) => name)).not.toContain("RUN");
  });

  test("R15: runs as a user that is not root, by number, and holds no secret", () => {
    expect(onlyInstruction(final, "USER")).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(everything.map(({ name }) => name)).not.toContain("ADD");
    const set = everything.filter(({ name }) => name === "ARG" || name === "ENV").map(({ rest }) => rest);
    expect(set.join("\n")).not.toMatch(/password|token|secret|apikey/i);
  });

  test("every page that names the user of the image names the one it has", () => {
    const [user] = onlyInstruction(final, "USER").split(":");
    const pages = globSync(["*.md", "docs/**/*.md", "examples/**/*.md"], { cwd: repositoryRoot });
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/\buser (\d{2,})\b/g)].map(([, id]) => ({ page, id })),
    );
    expect(named.length).toBeGreaterThan(1);
    expect(named.filter(({ id }) => id !== user)).toEqual([]);
  });

  test("starts and asks for health without a shell, and names the port of the settings", () => {
    const program = ["/nodejs/bin/node", "/app/fedjoin-exporter.js"];
    expect(execForm(onlyInstruction(final, "ENTRYPOINT"))).toEqual(program);
    expect(healthCommand(final)).toEqual([...program, "--health"]);
    const port = settingFacts(exporterSettings).find(({ name }) => name === "EXPORTER_PORT");
    expect(onlyInstruction(final, "EXPOSE")).toBe(port?.default);
  });

  test("says the version of the package and the revision of the build", () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(read("exporter/package.json")));
    const labels = onlyInstruction(final, "LABEL");
    expect(labels).toContain(`org.opencontainers.image.version="${version}"`);
    expect(labels).toContain('org.opencontainers.image.revision="${REVISION}"');
  });

  test("copies only files that are there and that the ignore file lets through", () => {
    const [first, ...passed] = read("exporter/Dockerfile.dockerignore").trim().split("\n");
    expect(first).toBe("**");
    expect(passed.map((line) => line.replace("!", "")).toSorted()).toEqual(contextPaths.toSorted());
    expect(contextPaths.filter((path) => !existsSync(join(repositoryRoot, path)))).toEqual([]);
  });
});

describe("R12: what the Dockerfile builds", () => {
  const password = "Canary-pass-90aa";
  let dir: string;
  let root: string;
  let image: ImageRoot;
  let site: SimulatedController;
  let exporter: ExporterProcess;
  const inside = (path: string): string => path.replace(/^\/(nodejs|app|var)\b/, `${root}/$1`);
  const isRoot = process.getuid?.() === 0;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "fedjoin-image-"));
    await chmod(dir, 0o755);
    image = await assembleImage(
      dir,
      (folder) => symlink(join(repositoryRoot, "node_modules"), join(folder, "node_modules")),
      "abc",
    );
    ({ root } = image);
    await mkdir(join(root, "nodejs/bin"), { recursive: true });
    await copyFile(process.execPath, join(root, "nodejs/bin/node"));
    for (const path of ["", "app", "nodejs", "nodejs/bin"]) await chmod(join(root, path), 0o555);
    site = await startController({ users: [{ username: "reader", password, role: "reader" }] });
    const [command = "", ...args] = image.start.map(inside);
    exporter = await startExporterBy({
      command,
      args,
      cwd: inside(image.folder),
      env: {
        ...image.environment,
        EXPORTER_STATE_DIR: inside(image.environment["EXPORTER_STATE_DIR"] ?? ""),
        CTRL_API_SERVICE: `${site.rest.server}:${site.rest.port}`,
        CTRL_USERNAME: "reader",
        CTRL_PASSWORD: password,
        CTRL_TLS_FINGERPRINT: site.fingerprint256,
      },
      ...(isRoot && { user: image.user }),
    });
  });

  afterAll(async () => {
    await exporter.stop();
    await site.close();
    for (const path of ["", "app", "nodejs", "nodejs/bin"]) await chmod(join(root, path), 0o755);
    await rm(dir, { recursive: true });
  });

  test("serves from a folder that it cannot write to, as an unprivileged user, with nothing else in its environment", async () => {
    const text = await exporter.scrape();
    expect(text).toContain("\nnv_up 1\n");
    expect(text).toMatch(/^nv_exporter_build_info\{version="0\.1\.0",revision="abc",/m);
    expect(exporter.output()).not.toMatch(/ (warn|error) /);
  });

  test("tells whether it is healthy by the command of its HEALTHCHECK", async () => {
    const [command = "", ...args] = image.health.map(inside);
    const ask = (port: number) =>
      runCommand(command, args, { cwd: root, env: { EXPORTER_ADDRESS: "127.0.0.1", EXPORTER_PORT: String(port) } });
    expect(await ask(exporter.port)).toMatchObject({ code: 0 });
    expect(await ask(await freePort())).toMatchObject({ code: 1 });
  });
});

function healthCommand(stage: Stage): readonly string[] {
  const [, command = ""] = / CMD (.*)$/.exec(onlyInstruction(stage, "HEALTHCHECK")) ?? [];
  return execForm(command);
}
