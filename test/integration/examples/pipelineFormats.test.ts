import { expect, test } from "vitest";
import { documentsOf, github, gitlab, operator, read } from "../../support/pipelineExamples";

/** The keys that the examples use, by the key that holds them: `job` and `variable` stand for names that are free. */
const knownKeys: Readonly<Record<string, string>> = {
  [github]: `: name on permissions env jobs; on: pull_request push workflow_dispatch schedule;
    push: branches; workflow_dispatch: inputs; inputs: max-leaves; max-leaves: description type default; schedule: cron;
    job: if runs-on timeout-minutes permissions strategy environment concurrency steps;
    permissions: contents pull-requests; strategy: fail-fast matrix max-parallel; matrix: stack; steps: uses with run env;
    with: persist-credentials node-version cache command stack-name pulumi-version diff comment-on-pr edit-pr-comment;
    concurrency: group cancel-in-progress`,
  [gitlab]: `: stages default; default: image interruptible before_script; image: name entrypoint; environment: name;
    job: extends stage needs variables resource_group environment parallel rules script; parallel: matrix;
    rules: if variables when`,
  [operator]: `: apiVersion kind metadata roleRef subjects spec; metadata: name namespace; roleRef: apiGroup kind name;
    subjects: kind name namespace; spec: serviceAccountName stack projectRepo branch backend refresh
    continueResyncOnCommitMatch resyncFrequencySeconds destroyOnFinalize envRefs workspaceTemplate image securityProfile;
    variable: type secret; secret: name key; workspaceTemplate: spec`,
  "examples/gitops/argocd.yaml": `: apiVersion kind metadata spec; metadata: name namespace; generators: git;
    spec: generators template project source destination syncPolicy; git: repoURL revision directories; directories: path;
    template: metadata spec; source: repoURL targetRevision path; destination: name namespace;
    syncPolicy: automated syncOptions; automated: prune selfHeal`,
  "examples/gitops/flux.yaml": `: apiVersion kind metadata spec; metadata: name namespace; ref: branch;
    sourceRef: kind name; spec: interval url ref sourceRef path prune wait timeout`,
  "examples/gitops/external-secret.yaml": `: apiVersion kind metadata spec; metadata: name namespace;
    spec: refreshInterval secretStoreRef target dataFrom; secretStoreRef: kind name; target: name creationPolicy;
    dataFrom: extract; extract: key`,
};
const placesOf = (known: string): string[] =>
  known.split(/;\s+/).flatMap((group) => {
    const [parent = "", keys = ""] = group.split(/:\s/);
    return keys.split(/\s+/).map((key) => `${parent} ${key}`);
  });

const isJob = (key: string): boolean => ["preview", "up", "up prod", "drift", ".each-stack"].includes(key);
const isVariable = (key: string): boolean => /^[A-Z_]+$/.test(key);

/** What these keys hold, as JSON. */
const forms: readonly (readonly [RegExp, RegExp])[] = [
  [/^(timeout-minutes|max-parallel|resyncFrequencySeconds)$/, /^\d+$/],
  [/^(interval|timeout|refreshInterval)$/, /^"\d+[smh]"$/],
  [/^(url|repoURL|projectRepo)$/, /^"https:\/\/\S+"$/],
  [/^(fail-fast|cancel-in-progress|interruptible|refresh|continueResyncOnCommitMatch|wait)$/, /^(true|false)$/],
];

/** Each key with the one that holds it, and each value of a wrong form. */
function contentsOf(value: unknown, parent = ""): { readonly places: string[]; readonly wrong: string[] } {
  const [places, wrong]: [string[], string[]] = [[], []];
  for (const [key, inner] of Object.entries(typeof value === "object" && value !== null ? value : {})) {
    const isElement = Array.isArray(value);
    if (!isElement && !isJob(key) && !isVariable(key)) places.push(`${parent} ${key}`);
    const json = JSON.stringify(inner);
    if (forms.some(([keys, form]) => keys.test(key) && !form.test(json))) wrong.push(`${key}: ${json}`);
    const below = contentsOf(inner, isElement ? parent : isJob(key) ? "job" : isVariable(key) ? "variable" : key);
    places.push(...below.places);
    wrong.push(...below.wrong);
  }
  return { places, wrong };
}

test.each(Object.entries(knownKeys))(
  "%s is strict YAML of keys in their places, with values of their form",
  (path, known) => {
    const { places, wrong } = contentsOf(documentsOf(path));
    expect(new Set(places)).toEqual(new Set(placesOf(known)));
    expect(wrong).toEqual([]);
  },
);

test.each([
  [operator, "v1 ServiceAccount rbac.authorization.k8s.io/v1 ClusterRoleBinding pulumi.com/v1 Stack"],
  ["examples/gitops/argocd.yaml", "argoproj.io/v1alpha1 ApplicationSet"],
  [
    "examples/gitops/flux.yaml",
    "source.toolkit.fluxcd.io/v1 GitRepository kustomize.toolkit.fluxcd.io/v1 Kustomization",
  ],
  ["examples/gitops/external-secret.yaml", "external-secrets.io/v1 ExternalSecret"],
])("%s holds %s", (path, objects) => {
  const words = read(path).matchAll(/^(?:apiVersion|kind): (\S+)$/gm);
  expect([...words].map(([, word]) => word).join(" ")).toBe(objects);
});
