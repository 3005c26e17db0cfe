import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { createWorkflowCheck } from "../../support/workflowErrors";
import { readBuilds, readText } from "../../release/repositoryFiles";

const workflow = z.object({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.looseObject({
      "timeout-minutes": z.number().optional(),
      needs: z.union([z.string(), z.array(z.string())]).optional(),
      uses: z.string().optional(),
      steps: z.array(z.looseObject({ run: z.string().optional() })).default([]),
      strategy: z.object({ matrix: z.record(z.string(), z.array(z.union([z.string(), z.number()]))) }).optional(),
    }),
  ),
});
let workflowErrors: Awaited<ReturnType<typeof createWorkflowCheck>>;

beforeAll(async () => {
  workflowErrors = await createWorkflowCheck();
});

const workflows = [...readBuilds()].filter(([file]) => file.startsWith(".github/"));
const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(readText("package.json")));
const releaseCommands = [...readText("test/release/main.ts").matchAll(/npm run release -- ([\w-]+)/g)].map(
  ([, name]) => name,
);

describe.each(workflows)("%s", (file, text) => {
  const { permissions, jobs } = workflow.parse(parse(text));
  const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));

  test("is a workflow in GitHub's own grammar", () => {
    expect(workflowErrors(file, text)).toEqual([]);
    expect(workflowErrors(file, text.replace("runs-on:", "run-on:"))).toContainEqual(expect.stringContaining("run-on"));
  });

  test("may write nothing unless a job says so, and no job runs for ever", () => {
    expect(Object.values(permissions).filter((each) => each !== "read")).toEqual([]);
    const endless = Object.entries(jobs).filter(
      ([, job]) => job.uses === undefined && job["timeout-minutes"] === undefined,
    );
    expect(endless).toEqual([]);
  });

  test("runs only scripts of the repository and single commands, without a program in a step", () => {
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) {
      const [, script, name] = /^npm run (?:--silent )?([\w:]+)(?: -- ([\w-]+))?/.exec(command) ?? [];
      if (script === undefined) expect(command).toMatch(/^(npm|npx|docker|gh|cosign|echo) [^\n]*\n?$/);
      else expect(Object.keys(scripts)).toContain(script);
      if (script === "release") expect(releaseCommands).toContain(name);
    }
  });

  test("puts nothing of an event into a shell: only names of the matrix and the commit", () => {
    const expressions = commands.flatMap((command) =>
      [...command.matchAll(/\$\{\{ *(.*?) *\}\}/g)].map(([, each]) => each),
    );
    expect(expressions.filter((each) => !/^(matrix\.\w+|github\.sha)$/.test(each ?? ""))).toEqual([]);
  });
});

test("every job of a release waits for the check that refuses one, with something unpinned for example", () => {
  const { jobs } = workflow.parse(parse(readText(".github/workflows/release.yml")));
  const waitsForCheck = (name: string): boolean => {
    const { needs = [] } = jobs[name] ?? {};
    return name === "check" || [needs].flat().some(waitsForCheck);
  };
  expect(Object.keys(jobs).filter((name) => !waitsForCheck(name))).toEqual([]);
  expect(jobs["check"]?.steps.map(({ run }) => run)).toContain('npm run release -- check --tag "$GITHUB_REF_NAME"');
});

test("the versions that are tested are the oldest and the newest that the packages declare", () => {
  const { jobs } = workflow.parse(parse(readText(".github/workflows/ci.yml")));
  const { engines, peerDependencies } = z
    .object({ engines: z.object({ node: z.string() }), peerDependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readText("provider/package.json")));
  expect(engines.node).toMatch(/^>=22\./);
  expect(jobs["test"]?.strategy?.matrix["node"]).toEqual([22, 24]);
  expect(peerDependencies["@pulumi/pulumi"]).toBe(">=3.249 <4");
  expect(jobs["sdk"]?.strategy?.matrix["sdk"]).toEqual(["3.249.0", "3"]);
});
