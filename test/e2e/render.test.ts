import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { connectControlPlane, findLeaks, nodeBinDir, repositoryRoot, runCommand } from "@fedjoin/testbed";
import { folderOfFile, projectOfFile } from "../support/deployments";

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

const folder = folderOfFile();
const project = projectOfFile();

beforeAll(() => project.configure({ plain, secrets }));

/** The command as a person runs it, in an environment of which nothing else is known. */
function render(env: Readonly<Record<string, string>>, ...args: string[]) {
  const main = join(repositoryRoot, "stacks/dist/render/main.js");
  return runCommand(join(nodeBinDir, "node"), [main, "--stack", "demo", "--cwd", project.dir, ...args], { env });
}

async function objectsIn(out: string): Promise<z.output<typeof object>[]> {
  const list = (await readFile(join(out, ".rendered"), "utf8")).trim().split("\n");
  return Promise.all(list.map(async (path) => object.parse(parse(await readFile(join(out, path), "utf8")))));
}

describe("render", () => {
  test("R15: needs neither pulumi nor passphrase, and writes no secret", async () => {
    const out = join(folder.path, "plain");
    const { code, stdout, stderr } = await render({ PATH: "/nonexistent" }, "--out", out);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/to be provided:\n {2}u1: Secret store-u1\/exporter-u1-secret-[0-9a-f]{8} with CTRL_APIKEY/);
    expect(await findLeaks(out, secrets)).toEqual([]);
    expect((await objectsIn(out)).map(({ kind }) => kind)).not.toContain("Secret");
  });

  test("D4: gives objects that the API server takes in a strict dry run, with secrets where they are asked for", async () => {
    const out = join(folder.path, "with-secrets");
    const { code, stdout } = await render(project.env, "--out", out, "--with-secrets");
    expect(code).toBe(0);
    expect(stdout).not.toContain("to be provided");
    const objects = await objectsIn(out);
    expect(objects).toHaveLength(12);
    const { client } = connectControlPlane(inject("controlPlane"));
    const isNamespace = ({ kind }: z.output<typeof object>) => kind === "Namespace";
    for (const each of objects.filter(isNamespace)) await client.post("/api/v1/namespaces", each);
    for (const each of objects.filter((other) => !isNamespace(other))) {
      const api = each.kind === "Deployment" ? "/apis/apps/v1" : "/api/v1";
      const collection = `${api}/namespaces/${each.metadata.namespace ?? ""}/${each.kind.toLowerCase()}s`;
      await client.post(`${collection}?dryRun=All&fieldValidation=Strict`, each);
    }
    expect(objects.find(({ kind }) => kind === "Secret")?.["stringData"]).toMatchObject({
      CTRL_APIKEY: "reader:Canary-key-02ab",
      JOIN_TOKEN: "Canary-token-4f1e",
      JOIN_PASSWORD: "Canary-join-77d0",
    });
  });

  test("says in one line what is wrong, and writes nothing", async () => {
    const refused = await render({}, "--out", repositoryRoot);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/files that render did not write[^\n]*\n$/);
    expect(await render({}, "--no-such-flag")).toMatchObject({ code: 2, stdout: "" });
    const absent = await render({}, "--stack", "absent", "--out", folder.path);
    expect(absent.code).toBe(1);
    expect(absent.stderr).toMatch(
      /^\.\/Pulumi\.absent\.yaml in .* cannot be read \(ENOENT\): stack absent has its configuration there\n$/,
    );
  });
});
