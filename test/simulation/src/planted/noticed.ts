import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { applyHunks, type Patch } from "./patch";

/** What a test says in a copy of the sources with a planted defect. */
export interface Notice {
  /** The test passes without the defect, and fails with it. */
  readonly isNoticed: boolean;
  readonly seconds: number;
  /** The first failure; without the defect, if there is one. */
  readonly text: string;
}

const copied = [
  "package.json",
  "package-lock.json",
  "tsconfig.base.json",
  "vitest.config.mts",
  "provider",
  "exporter",
  "stacks",
  "test",
];
const left: ReadonlySet<string> = new Set(["dist", "dist-bundle", "node_modules", "tsconfig.tsbuildinfo"]);

/** Runs a test in a copy of the sources, and again with the defect there. */
export async function runNoticing({ files }: Pick<Patch, "files">, test: string, root: string): Promise<Notice> {
  const copy = mkdtempSync(join(tmpdir(), "fedjoin-planted-"));
  try {
    for (const each of copied) {
      cpSync(join(root, each), join(copy, each), { recursive: true, filter: (path) => !left.has(basename(path)) });
    }
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    const clean = await runTest(copy, test);
    if (clean.code !== 0)
      return { isNoticed: false, seconds: 0, text: `it fails without the defect: ${failureIn(clean.output)}` };
    for (const file of files) {
      const path = join(copy, file.path);
      writeFileSync(path, applyHunks(file, readFileSync(path, "utf8")));
    }
    const startMs = Date.now();
    const { code, output } = await runTest(copy, test);
    const text = failureIn(output);
    return { isNoticed: code !== 0 && text !== "", seconds: (Date.now() - startMs) / 1000, text };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function failureIn(output: string): string {
  return /\w*Error: .*/.exec(output)?.[0] ?? "";
}

async function runTest(
  folder: string,
  test: string,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const [, project = ""] = test.split("/");
  const vitest = join(folder, "node_modules/vitest/vitest.mjs");
  const child = spawn(process.execPath, [vitest, "run", "--project", project, test], {
    cwd: folder,
    env: { ...process.env, CI: "true", NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { code, output };
}
