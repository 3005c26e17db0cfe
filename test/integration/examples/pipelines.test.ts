import { accessSync, constants, globSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { isFedjoinCommand } from "../../support/fedjoinCommands";
import { documentsOf, github, gitlab, operator, read } from "../../support/pipelineExamples";
import { repositoryRoot, runCommand } from "@fedjoin/testbed";

const script = "examples/template/pipeline.sh";
const paths = globSync("examples/gitops/*", { cwd: repositoryRoot })
  .concat(github, gitlab, script, "examples/template/README.md", "docs/how-to/pipelines.md")
  .toSorted();

const step = z.looseObject({ uses: z.string().optional(), run: z.string().optional() });
const githubJob = z.looseObject({ if: z.string(), permissions: z.unknown(), steps: z.array(step) });
const githubFile = z.looseObject({
  permissions: z.unknown(),
  jobs: z.object({ preview: githubJob, up: githubJob, drift: githubJob }),
});
const workflow = () => githubFile.parse(documentsOf(github)[0]);

const gitlabJob = z.looseObject({ script: z.array(z.string()) });
const gitlabFile = z.looseObject({
  default: z.looseObject({ before_script: z.array(z.string()) }),
  preview: gitlabJob,
  up: gitlabJob,
  "up prod": gitlabJob,
  drift: gitlabJob,
});
const pipeline = () => gitlabFile.parse(documentsOf(gitlab)[0]);

/** Every piece of shell in the examples and the page, by where it stands. */
function shellBlocks(): (readonly [string, string])[] {
  const jobs = Object.entries(workflow().jobs).flatMap(([name, { steps }]) =>
    steps.flatMap(({ run }) =>
      run === undefined ? [] : [[`github ${name}`, run.replaceAll(/\$\{\{.*?\}\}/g, "x")] as const],
    ),
  );
  const { preview, up, drift, "up prod": prod, default: base } = pipeline();
  const scripts = [...[preview, up, drift, prod].flatMap((job) => job.script), ...base.before_script];
  const files = paths.flatMap((path) => {
    if (path.endsWith(".sh")) return [[path, read(path)] as const];
    return [...read(path).matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, block = ""]) => [path, block] as const);
  });
  return [...jobs, ...scripts.map((each) => ["gitlab", each] as const), ...files];
}

describe("the examples of pipelines", () => {
  test("what must not be changed by chance stands there", () => {
    expect(workflow()).toMatchObject({
      on: { schedule: [{ cron: expect.stringMatching(/^(\S+ ){4}\S+$/) as unknown }] },
    });
    expect(pipeline()).toMatchObject({
      stages: ["preview", "up", "drift"],
      default: { image: { entrypoint: [""] }, interruptible: false },
    });
    const [serviceAccount, binding, stack] = documentsOf(operator);
    expect(serviceAccount).toMatchObject({ kind: "ServiceAccount" });
    const { metadata } = z.object({ metadata: z.record(z.string(), z.string()) }).parse(serviceAccount);
    expect(binding).toMatchObject({
      roleRef: { kind: "ClusterRole", name: "system:auth-delegator" },
      subjects: [{ kind: "ServiceAccount", ...metadata }],
    });
    expect(stack).toMatchObject({
      metadata: { namespace: metadata["namespace"] },
      spec: {
        serviceAccountName: metadata["name"],
        destroyOnFinalize: false,
        envRefs: { FEDJOIN_MASTER_PASSWORD: { type: "Secret" } },
      },
    });
    expect(documentsOf("examples/gitops/argocd.yaml")).toMatchObject([
      { spec: { template: { spec: { syncPolicy: { automated: { prune: true, selfHeal: true } } } } } },
    ]);
    const [source, kustomization] = documentsOf("examples/gitops/flux.yaml");
    const { name } = z.object({ metadata: z.object({ name: z.string() }) }).parse(source).metadata;
    expect(kustomization).toMatchObject({ spec: { sourceRef: { kind: "GitRepository", name }, prune: true } });
  });

  test("R15: the ExternalSecret provides a Secret that render lists", () => {
    const [secret] = documentsOf("examples/gitops/external-secret.yaml");
    const { metadata, spec } = z
      .object({
        metadata: z.object({ namespace: z.string() }),
        spec: z.object({ target: z.object({ name: z.string(), creationPolicy: z.literal("Owner") }) }),
      })
      .parse(secret);
    expect(read("test/golden/render/report.txt")).toContain(`Secret ${metadata.namespace}/${spec.target.name} with`);
  });

  test.each(shellBlocks())("have shell that bash can read: %s", async (_where, block) => {
    expect(await runCommand("bash", ["-n"], { input: block })).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("name commands and files that exist", () => {
    const { bin } = z.object({ bin: z.record(z.string(), z.string()) }).parse(JSON.parse(read("stacks/package.json")));
    const text = paths.map(read).join("\n");
    const named = [...text.matchAll(/(?<=npx |^ +)fedjoin-\w+/gm)].map(([name]) => name);
    expect(new Set(named)).toEqual(new Set(Object.keys(bin)));
    const commands = [...text.matchAll(/(?<=npx |^ +)fedjoin (\w+) --/gm)].map(([, name]) => name);
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.filter((name = "") => !isFedjoinCommand(name))).toEqual([]);
    accessSync(join(repositoryRoot, script), constants.X_OK);
    const tasks = [...text.matchAll(/\.\/pipeline\.sh (\w+) /g)].map(([, task = ""]) => task);
    expect(tasks.length).toBeGreaterThan(5);
    for (const task of tasks) expect(read(script)).toContain(`\n  ${task})\n`);
  });

  test("link to files that exist", () => {
    const pages = paths.filter((path) => path.endsWith(".md"));
    const links = pages.flatMap((path) =>
      [...read(path).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = ""]) =>
        resolve(repositoryRoot, dirname(path), link),
      ),
    );
    expect(links.length).toBeGreaterThan(10);
    for (const link of links) accessSync(link);
  });

  test("R15: pin actions to a commit, and name the engine of this repository", () => {
    const uses = read(github).match(/uses: .*/g) ?? [];
    expect(uses.length).toBeGreaterThan(0);
    for (const use of uses) expect(use).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    const manifest = z.object({ devDependencies: z.record(z.string(), z.string()) });
    const engine = manifest.parse(JSON.parse(read("package.json"))).devDependencies["@pulumi/pulumi"] ?? "";
    expect(pipeline()).toMatchObject({ default: { image: { name: `pulumi/pulumi-nodejs-22:${engine}` } } });
    const workspace = { image: `pulumi/pulumi:${engine}-nonroot`, securityProfile: "restricted" };
    expect(documentsOf(operator)[2]).toMatchObject({ spec: { workspaceTemplate: { spec: workspace } } });
    const installed = read(github).match(/pulumi-version: [\d.]+/g);
    expect(new Set(installed)).toEqual(new Set([`pulumi-version: ${engine}`]));
  });

  test("R15: take the least permissions, and keep secrets from forks, arguments and output", () => {
    const { permissions, jobs } = workflow();
    expect(permissions).toEqual({});
    expect(Object.values(jobs).map((job) => job.permissions)).toEqual([
      { contents: "read", "pull-requests": "write" },
      { contents: "read" },
      { contents: "read" },
    ]);
    expect(jobs.preview.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
    for (const { steps } of Object.values(jobs)) {
      const checkout = steps.find(({ uses }) => uses?.startsWith("actions/checkout@"));
      expect(checkout).toMatchObject({ with: { "persist-credentials": false } });
    }
    for (const [, block] of shellBlocks()) {
      expect(block).not.toMatch(/secrets\.|set -x|--show-secrets|(echo|printf|cat)\b.*(PASS|TOKEN|SECRET)/);
    }
    expect(paths.map(read).join("\n")).not.toMatch(/pull_request_target|(PASSWORD|PASSPHRASE|TOKEN)=\S*\w{6}/);
  });

  test("say who would leave, and judge it, before every `up`", () => {
    const [, check = ""] = /^check\(\) \{\n([^]*?)^\}$/m.exec(read(script)) ?? [];
    expect(check).toMatch(
      /pulumi preview .*--json --show-sames.*\n.* plan --preview .*\n *fedjoin-policy .*--max-leaves/,
    );
    for (const task of ["up", "repair"]) {
      const [, body = ""] = new RegExp(`^  ${task}\\)\\n([^]*?);;$`, "m").exec(read(script)) ?? [];
      expect(body).toMatch(/^ *check\b[^]*pulumi up/);
    }
    const others = paths.filter((path) => path !== script && !path.endsWith(".md"));
    for (const path of others) expect(read(path).replaceAll(/^ *#.*$/gm, "")).not.toContain("pulumi up");
    expect(JSON.stringify(workflow().jobs.up.steps)).toMatch(
      /pipeline\.sh up [^]*"FEDJOIN_MAX_LEAVES"|"FEDJOIN_MAX_LEAVES"[^]*pipeline\.sh up /,
    );
    for (const job of [pipeline().up, pipeline()["up prod"]])
      expect(job.script.join("\n")).toContain("pipeline.sh up ");
    expect(read(operator)).toContain("protect: true");
  });

  test("run one `up` at a time for each stack, prod after approval, and end none of them", () => {
    const concurrency = { group: "fedjoin-${{ matrix.stack }}", "cancel-in-progress": false };
    expect(workflow().jobs).toMatchObject({
      up: { concurrency, environment: "${{ matrix.stack }}", strategy: { "max-parallel": 1 } },
      drift: { concurrency },
    });
    expect(pipeline()).toMatchObject({
      ".each-stack": { resource_group: "fedjoin-$STACK" },
      up: { resource_group: "fedjoin-$STACK" },
      "up prod": { resource_group: "fedjoin-prod", rules: [{ when: "manual" }] },
    });
  });
});
