import { accessSync, constants, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { isFedjoinCommand } from "../../support/fedjoinCommands";
import { repositoryRoot, runCommand } from "@fedjoin/testbed";

const read = (path: string): string => readFileSync(join(repositoryRoot, path), "utf8");
const paths = globSync(["examples/{pipelines,gitops}/**/*"], { cwd: repositoryRoot, withFileTypes: false })
  .concat(globSync("examples/pipelines/gitlab/.gitlab-ci.yml", { cwd: repositoryRoot }), "docs/how-to/pipelines.md")
  .filter((path) => /\.(md|sh|ya?ml)$/.test(path))
  .toSorted();

/** Documents of a file in strict YAML: no key twice, no warning. */
function documentsOf(path: string): unknown[] {
  const documents = parseAllDocuments(read(path), { strict: true, uniqueKeys: true });
  expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  return documents.map((document) => z.unknown().parse(document.toJS()));
}

const only = <T extends z.ZodType>(path: string, schema: T): z.output<T> => schema.parse(documentsOf(path)[0]);

const variables = z.record(z.string(), z.string());
const matrix = z.strictObject({ stack: z.array(z.string()) });
const step = z.union([
  z.strictObject({ uses: z.string(), with: z.record(z.string(), z.unknown()), env: variables.optional() }),
  z.strictObject({ run: z.string(), env: variables.optional() }),
]);
const githubJob = z.strictObject({
  if: z.string(),
  "runs-on": z.string(),
  "timeout-minutes": z.int(),
  permissions: z.record(z.string(), z.enum(["read", "write"])),
  strategy: z.strictObject({ "fail-fast": z.boolean(), "max-parallel": z.int(), matrix }).partial(),
  environment: z.string(),
  concurrency: z.strictObject({ group: z.string(), "cancel-in-progress": z.boolean() }).optional(),
  steps: z.array(step),
});
const github = z.strictObject({
  name: z.string(),
  on: z.strictObject({
    pull_request: z.strictObject({ paths: z.array(z.string()) }),
    push: z.strictObject({ branches: z.array(z.string()) }),
    workflow_dispatch: z.strictObject({ inputs: z.record(z.string(), z.record(z.string(), z.unknown())) }),
    schedule: z.array(z.strictObject({ cron: z.string().regex(/^(\S+ ){4}\S+$/) })),
  }),
  permissions: z.strictObject({}),
  env: variables,
  jobs: z.strictObject({ preview: githubJob, up: githubJob, drift: githubJob }),
});
const workflow = () => only("examples/pipelines/github/fedjoin.yml", github);

const gitlabJob = z.strictObject({
  extends: z.literal(".each-stack").optional(),
  stage: z.string(),
  needs: z.array(z.string()).optional(),
  variables: variables.optional(),
  resource_group: z.string().optional(),
  environment: z.strictObject({ name: z.string() }).optional(),
  parallel: z.strictObject({ matrix: z.array(z.strictObject({ STACK: z.array(z.string()) })) }).optional(),
  rules: z.array(
    z.strictObject({ if: z.string(), when: z.literal("manual").optional(), variables: variables.optional() }),
  ),
  script: z.array(z.string()),
});
const gitlabImage = z.strictObject({ name: z.string(), entrypoint: z.tuple([z.literal("")]) });
const gitlab = z.strictObject({
  stages: z.array(z.string()),
  default: z.strictObject({ image: gitlabImage, interruptible: z.literal(false), before_script: z.array(z.string()) }),
  ".each-stack": gitlabJob.pick({ parallel: true, resource_group: true }),
  preview: gitlabJob,
  up: gitlabJob,
  "up prod": gitlabJob,
  drift: gitlabJob,
});
const pipeline = () => only("examples/pipelines/gitlab/.gitlab-ci.yml", gitlab);

const metadata = z.strictObject({ name: z.string(), namespace: z.string() });
const reference = z.strictObject({ name: z.string(), key: z.string() });
const workspaceAccount = z.strictObject({
  apiVersion: z.literal("v1"),
  kind: z.literal("ServiceAccount"),
  metadata,
});
const delegator = z.strictObject({
  apiVersion: z.literal("rbac.authorization.k8s.io/v1"),
  kind: z.literal("ClusterRoleBinding"),
  metadata: metadata.pick({ name: true }),
  roleRef: z.strictObject({
    apiGroup: z.literal("rbac.authorization.k8s.io"),
    kind: z.literal("ClusterRole"),
    name: z.literal("system:auth-delegator"),
  }),
  subjects: z.array(metadata.extend({ kind: z.literal("ServiceAccount") })),
});
const stack = z.strictObject({
  apiVersion: z.literal("pulumi.com/v1"),
  kind: z.literal("Stack"),
  metadata,
  spec: z.strictObject({
    serviceAccountName: z.string(),
    stack: z.string(),
    projectRepo: z.url({ protocol: /^https$/ }),
    branch: z.string(),
    backend: z.string(),
    refresh: z.boolean(),
    continueResyncOnCommitMatch: z.boolean(),
    resyncFrequencySeconds: z.int().min(60),
    destroyOnFinalize: z.literal(false),
    envRefs: z.record(z.string(), z.strictObject({ type: z.literal("Secret"), secret: reference })),
    workspaceTemplate: z.strictObject({
      spec: z.strictObject({
        image: z.string().regex(/^[\w/-]+:\d+\.\d+\.\d+-nonroot$/),
        securityProfile: z.enum(["restricted", "baseline"]),
      }),
    }),
  }),
});
const operator = z.tuple([workspaceAccount, delegator, stack]);

const repository = z.strictObject({
  repoURL: z.url(),
  revision: z.string(),
  directories: z.array(z.object({ path: z.string() })),
});
const argocd = z.strictObject({
  apiVersion: z.literal("argoproj.io/v1alpha1"),
  kind: z.literal("ApplicationSet"),
  metadata,
  spec: z.strictObject({
    generators: z.array(z.strictObject({ git: repository })),
    template: z.strictObject({
      metadata: z.strictObject({ name: z.string() }),
      spec: z.strictObject({
        project: z.string(),
        source: z.strictObject({ repoURL: z.url(), targetRevision: z.string(), path: z.string() }),
        destination: z.strictObject({ name: z.string(), namespace: z.string() }),
        syncPolicy: z.strictObject({
          automated: z.strictObject({ prune: z.literal(true), selfHeal: z.literal(true) }),
          syncOptions: z.array(z.string()),
        }),
      }),
    }),
  }),
});

const duration = z.string().regex(/^\d+[smh]$/);
const flux = z.tuple([
  z.strictObject({
    apiVersion: z.literal("source.toolkit.fluxcd.io/v1"),
    kind: z.literal("GitRepository"),
    metadata,
    spec: z.strictObject({ interval: duration, url: z.url(), ref: z.strictObject({ branch: z.string() }) }),
  }),
  z.strictObject({
    apiVersion: z.literal("kustomize.toolkit.fluxcd.io/v1"),
    kind: z.literal("Kustomization"),
    metadata,
    spec: z.strictObject({
      interval: duration,
      sourceRef: z.strictObject({ kind: z.literal("GitRepository"), name: z.string() }),
      path: z.string(),
      prune: z.literal(true),
      wait: z.boolean(),
      timeout: duration,
    }),
  }),
]);

const externalSecret = z.strictObject({
  apiVersion: z.literal("external-secrets.io/v1"),
  kind: z.literal("ExternalSecret"),
  metadata,
  spec: z.strictObject({
    refreshInterval: duration,
    secretStoreRef: z.strictObject({ kind: z.literal("ClusterSecretStore"), name: z.string() }),
    target: z.strictObject({ name: z.string(), creationPolicy: z.literal("Owner") }),
    dataFrom: z.array(z.strictObject({ extract: z.strictObject({ key: z.string() }) })),
  }),
});

/** Every piece of shell in the examples and the page, by where it stands. */
function shellBlocks(): (readonly [string, string])[] {
  const jobs = Object.entries(workflow().jobs).flatMap(([name, { steps }]) =>
    steps.flatMap((each) =>
      "run" in each ? [[`github ${name}`, each.run.replaceAll(/\$\{\{.*?\}\}/g, "x")] as const] : [],
    ),
  );
  const { preview, up, drift, "up prod": prod, default: base } = pipeline();
  const scripts = [...[preview, up, drift, prod].flatMap(({ script }) => script), ...base.before_script];
  const files = paths.flatMap((path) => {
    if (path.endsWith(".sh")) return [[path, read(path)] as const];
    return [...read(path).matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, block = ""]) => [path, block] as const);
  });
  return [...jobs, ...scripts.map((script) => ["gitlab", script] as const), ...files];
}

describe("the examples of pipelines", () => {
  test("are strict YAML of the parts that they use", () => {
    expect(Object.keys(workflow().jobs)).toEqual(["preview", "up", "drift"]);
    expect(pipeline().stages).toEqual(["preview", "up", "drift"]);
    const [account, binding, { spec, metadata: own }] = operator.parse(
      documentsOf("examples/pipelines/operator/stack.yaml"),
    );
    expect(spec.envRefs).toHaveProperty("FEDJOIN_MASTER_PASSWORD");
    expect(account.metadata).toEqual({ name: spec.serviceAccountName, namespace: own.namespace });
    expect(binding.subjects).toEqual([{ kind: "ServiceAccount", ...account.metadata }]);
    expect(only("examples/gitops/argocd.yaml", argocd).spec.generators).toHaveLength(1);
    const [source, kustomization] = flux.parse(documentsOf("examples/gitops/flux.yaml"));
    expect(kustomization.spec.sourceRef.name).toBe(source.metadata.name);
  });

  test("R15: the ExternalSecret provides a Secret that render lists", () => {
    const { metadata: own, spec } = only("examples/gitops/external-secret.yaml", externalSecret);
    expect(read("test/golden/render/report.txt")).toContain(`Secret ${own.namespace}/${spec.target.name} with`);
  });

  test.each(shellBlocks())("have shell that bash can read: %s", async (_where, block) => {
    expect(await runCommand("bash", ["-n"], { input: block })).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("name commands and files that exist", () => {
    const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read("package.json")));
    const text = paths.map(read).join("\n");
    const named = [...text.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name = ""]) => name);
    expect(new Set(named)).toEqual(new Set(["render", "joins", "fedjoin", "policy"]));
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    const commands = [...text.matchAll(/fedjoin (?:-- )?(plan|status|doctor|prune|\w+) --/g)].map(([, name]) => name);
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.filter((name = "") => !isFedjoinCommand(name))).toEqual([]);
    const called = [...text.matchAll(/(?<=^|[\s`])(examples\/[\w./-]+\.sh) (\w+)/gm)];
    expect(called.length).toBeGreaterThan(0);
    for (const [, script = "", task = ""] of called) {
      accessSync(join(repositoryRoot, script), constants.X_OK);
      expect(read(script)).toContain(`\n  ${task})\n`);
    }
  });

  test("link to files that exist", () => {
    const links = paths
      .filter((path) => path.endsWith(".md"))
      .flatMap((path) =>
        [...read(path).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = ""]) =>
          resolve(repositoryRoot, dirname(path), link),
        ),
      );
    expect(links.length).toBeGreaterThan(10);
    for (const link of links) accessSync(link);
  });

  test("R15: pin actions to a commit, and name the engine of this repository", () => {
    const uses = read("examples/pipelines/github/fedjoin.yml").match(/uses: .*/g) ?? [];
    expect(uses.length).toBeGreaterThan(0);
    for (const use of uses) expect(use).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    const manifest = z.object({ devDependencies: z.record(z.string(), z.string()) });
    const engine = manifest.parse(JSON.parse(read("package.json"))).devDependencies["@pulumi/pulumi"] ?? "";
    expect(pipeline().default.image.name).toBe(`pulumi/pulumi-nodejs-22:${engine}`);
    const [, , { spec }] = operator.parse(documentsOf("examples/pipelines/operator/stack.yaml"));
    expect(spec.workspaceTemplate.spec.image).toBe(`pulumi/pulumi:${engine}-nonroot`);
    const installed = read("examples/pipelines/github/fedjoin.yml").match(/pulumi-version: [\d.]+/g);
    expect(new Set(installed)).toEqual(new Set([`pulumi-version: ${engine}`]));
  });

  test("R15: take the least permissions, and keep secrets from forks, arguments and output", () => {
    const { permissions, jobs } = workflow();
    expect(permissions).toEqual({});
    expect(jobs.preview.permissions).toEqual({ contents: "read", "pull-requests": "write" });
    expect(jobs.up.permissions).toEqual({ contents: "read" });
    expect(jobs.drift.permissions).toEqual({ contents: "read" });
    expect(jobs.preview.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
    for (const { steps } of Object.values(jobs)) {
      const checkout = steps.find((each) => "uses" in each && each.uses.startsWith("actions/checkout@"));
      expect(checkout).toMatchObject({ with: { "persist-credentials": false } });
    }
    for (const [, block] of shellBlocks()) {
      expect(block).not.toMatch(/secrets\.|set -x|--show-secrets|(echo|printf|cat)\b.*(PASS|TOKEN|SECRET)/);
    }
    expect(paths.map(read).join("\n")).not.toMatch(/pull_request_target|(PASSWORD|PASSPHRASE|TOKEN)=\S*\w{6}/);
  });

  test("say who would leave, and judge it, before every `up`", () => {
    const script = read("examples/pipelines/shell/pipeline.sh");
    const [, check = ""] = /^check\(\) \{\n([^]*?)^\}$/m.exec(script) ?? [];
    expect(check).toMatch(/pulumi preview .*--json --show-sames.*\n.* plan --preview .*\n.* policy -- .*--max-leaves/);
    for (const task of ["up", "repair"]) {
      const [, body = ""] = new RegExp(`^  ${task}\\)\\n([^]*?);;$`, "m").exec(script) ?? [];
      expect(body).toMatch(/^ *check\b[^]*pulumi up/);
    }
    const others = paths.filter((path) => path !== "examples/pipelines/shell/pipeline.sh" && !path.endsWith(".md"));
    for (const path of others) expect(read(path).replaceAll(/^ *#.*$/gm, "")).not.toContain("pulumi up");
    const { up } = workflow().jobs;
    expect(JSON.stringify(up.steps)).toContain("pipeline.sh up ");
    expect(JSON.stringify(up.steps)).toContain('"FEDJOIN_MAX_LEAVES"');
    for (const job of [pipeline().up, pipeline()["up prod"]])
      expect(job.script.join("\n")).toContain("pipeline.sh up ");
    expect(read("examples/pipelines/operator/stack.yaml")).toContain("protect: true");
  });

  test("run one `up` at a time for each stack, prod after approval, and end none of them", () => {
    const { up, drift } = workflow().jobs;
    expect(up.concurrency).toEqual({ group: "fedjoin-${{ matrix.stack }}", "cancel-in-progress": false });
    expect(drift.concurrency).toEqual(up.concurrency);
    expect(up.environment).toBe("${{ matrix.stack }}");
    expect(up.strategy["max-parallel"]).toBe(1);
    const jobs = pipeline();
    expect([jobs[".each-stack"], jobs.up].map(({ resource_group: group }) => group)).toEqual([
      "fedjoin-$STACK",
      "fedjoin-$STACK",
    ]);
    expect(jobs["up prod"]).toMatchObject({ resource_group: "fedjoin-prod", rules: [{ when: "manual" }] });
  });
});
