import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import {
  type ControlPlane,
  createProject,
  findLeaks,
  nodeBinDir,
  type Project,
  repositoryRoot,
  runCommand,
  connectControlPlane,
} from "@fedjoin/testbed";

const passphrase = "Canary-passphrase-9c";
const secrets = new Map([
  ["fedjoin:master.joinToken", "Canary-token-4f1e"],
  ["fedjoin:defaults.controller.credentials.password", "Canary-join-77d0"],
  ["fedjoin:defaults.exporter.credentials.apiKey", "reader:Canary-key-02ab"],
]);
const plain = {
  config: {
    "fedjoin:master": { rest: { server: "neuvector.hq.example.com" } },
    "fedjoin:defaults": {
      joinedBy: "exporter",
      createNamespace: true,
      controller: { service: { server: "controller.neuvector" }, credentials: { username: "joiner" } },
      exporter: { image: "registry.example.com/fedjoin-exporter:0.1.0" },
    },
    "fedjoin:members": ["u1", "u2"].map((storeId, index) => ({
      storeId,
      namespace: `store-${storeId}`,
      jointRest: { server: `10.0.0.${index + 1}`, port: 10443 },
    })),
  },
};

const object = z.looseObject({ kind: z.string(), metadata: z.looseObject({ namespace: z.string().optional() }) });

/** Where objects of a kind are posted to. */
function collectionOf({ kind, metadata: { namespace = "" } }: z.output<typeof object>): string {
  if (kind === "Namespace") return "/api/v1/namespaces";
  const group = kind === "Deployment" ? "/apis/apps/v1" : "/api/v1";
  return `${group}/namespaces/${namespace}/${kind.toLowerCase()}s`;
}

let dir: string;
let project: Project;
let controlPlane: ControlPlane;

beforeAll(async () => {
  const tools = inject("tools");
  dir = await mkdtemp(join(tmpdir(), "fedjoin-render-"));
  project = await createProject(tools, dir, passphrase);
  await project.configure({ plain, secrets });
  controlPlane = connectControlPlane(inject("controlPlane"));
});

afterAll(async () => {
  await controlPlane.stop();
  await rm(dir, { recursive: true });
});

/** The command as a person runs it, in an environment of which nothing else is known. */
function tryRender(env: Readonly<Record<string, string>>, ...args: string[]) {
  const main = join(repositoryRoot, "stacks/dist/render/main.js");
  return runCommand(join(nodeBinDir, "node"), [main, "--stack", "demo", "--cwd", project.dir, ...args], { env });
}

async function render(env: Readonly<Record<string, string>>, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await tryRender(env, ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

async function objectsIn(out: string): Promise<z.output<typeof object>[]> {
  const list = (await readFile(join(out, ".rendered"), "utf8")).trim().split("\n");
  return Promise.all(list.map(async (path) => object.parse(parse(await readFile(join(out, path), "utf8")))));
}

describe("render", () => {
  test("R15: needs neither pulumi nor passphrase, and writes no secret", async () => {
    const out = join(dir, "plain");
    const said = await render({ PATH: "/nonexistent" }, "--out", out);
    expect(said).toMatch(/to be provided:\n {2}u1: Secret store-u1\/exporter-u1-secret-[0-9a-f]{8} with CTRL_APIKEY, /);
    expect(await findLeaks(out, secrets)).toEqual([]);
    expect((await objectsIn(out)).map(({ kind }) => kind)).not.toContain("Secret");
  });

  test("D4: gives objects that the API server takes in a strict dry run, with secrets where they are asked for", async () => {
    const out = join(dir, "with-secrets");
    expect(await render(project.env, "--out", out, "--with-secrets")).not.toContain("to be provided");
    const objects = await objectsIn(out);
    expect(objects).toHaveLength(12);
    for (const each of objects.filter(({ kind }) => kind === "Namespace")) {
      await controlPlane.client.post(collectionOf(each), each);
    }
    for (const each of objects.filter(({ kind }) => kind !== "Namespace")) {
      await controlPlane.client.post(`${collectionOf(each)}?dryRun=All&fieldValidation=Strict`, each);
    }
    const [first] = objects.filter(({ kind }) => kind === "Secret");
    expect(first?.["stringData"]).toMatchObject({
      CTRL_APIKEY: "reader:Canary-key-02ab",
      JOIN_TOKEN: "Canary-token-4f1e",
      JOIN_PASSWORD: "Canary-join-77d0",
    });
  });

  test("says in one line what is wrong, and writes nothing", async () => {
    const out = join(dir, "theirs");
    await mkdir(out);
    await writeFile(join(out, "README.md"), "theirs");
    const refused = await tryRender({}, "--out", out);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/files that render did not write[^\n]*\n$/);
    expect(await tryRender({}, "--no-such-flag")).toMatchObject({ code: 2, stdout: "" });
    const absent = await tryRender({}, "--stack", "absent", "--out", out);
    expect(absent.code).toBe(1);
    expect(absent.stderr).toMatch(
      /^\.\/Pulumi\.absent\.yaml in .* cannot be read \(ENOENT\): stack absent has its configuration there\n$/,
    );
  });
});
