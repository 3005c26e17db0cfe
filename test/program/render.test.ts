import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { createFileReader } from "../../stacks/src/config/source";
import { renderMembers, type Rendered, type RenderRequest } from "../../stacks/src/render/renderMembers";
import { renderReport } from "../../stacks/src/render/report";
import { parseStackConfig } from "../../provider/src/pulumi/stackFile";
import { declareStack } from "../support/declareStack";
import { repositoryRoot } from "@fedjoin/testbed";

const project = join(repositoryRoot, "test/fixtures/render");
const source = readFileSync(join(project, "config/Pulumi.edge.yaml"), "utf8");

async function problemsOr(change: (text: string) => string, rest: Partial<RenderRequest> = {}) {
  return renderMembers({
    stack: "edge",
    config: parseStackConfig(change(source)),
    readFile: createFileReader(project),
    ...rest,
  });
}

async function render(change = (text: string) => text, rest: Partial<RenderRequest> = {}): Promise<Rendered> {
  const result = await problemsOr(change, rest);
  if ("problems" in result) throw new Error(result.problems.join("\n"));
  return result.rendered;
}

const secrets = { "dG9rZW4=": "canary-token", "am9pbg==": "canary-join", "cmVhZA==": "canary-read" };

/** As `pulumi config --show-secrets` has it. */
const decrypted = parseStackConfig(
  Object.entries(secrets).reduce(
    (text, [cipher, plain]) => text.replace(new RegExp(`\\{ secure: "[^"]*:${cipher}" \\}`, "g"), plain),
    source,
  ),
);

const secretName = ({ requiredSecrets }: Rendered) => requiredSecrets.get("u2210c")?.[0]?.name;
const configMap = z.object({ metadata: z.object({ name: z.string() }), data: z.record(z.string(), z.string()) });
const settingsOf = ({ files }: Rendered) =>
  configMap.parse(parse(files.get("u2210c/configmap-exporter-u2210c-settings.yaml") ?? ""));
const settingsName = (rendered: Rendered) => settingsOf(rendered).metadata.name;

describe("a rendered stack", () => {
  test("D4: is the golden one: a folder for each member, stable names, no secret", async () => {
    const rendered = await render();
    for (const [path, text] of rendered.files) await expect(text).toMatchFileSnapshot(`../golden/render/${path}`);
    expect([...rendered.files.keys()]).toEqual(
      ["u2210c", "u2211d"].flatMap((storeId) => [
        ...(storeId === "u2211d" ? [`${storeId}/configmap-exporter-${storeId}-ca.yaml`] : []),
        `${storeId}/configmap-exporter-${storeId}-settings.yaml`,
        `${storeId}/deployment-exporter-${storeId}.yaml`,
        `${storeId}/namespace-neuvector.yaml`,
        `${storeId}/service-exporter-${storeId}.yaml`,
        `${storeId}/serviceaccount-exporter-${storeId}.yaml`,
      ]),
    );
    await expect(renderReport(rendered, "out")).toMatchFileSnapshot("../golden/render/report.txt");
  });

  test("has the objects that `pulumi up` deploys", async () => {
    const sections = Object.entries(decrypted).map(([key, value]) => [key.replace("fedjoin:", ""), value]);
    const { resources } = await declareStack(
      JSON.stringify(Object.fromEntries(sections))
        .replaceAll("not-on-this-machine.yaml", `${project}/ca.pem`)
        .replace('"ca.pem"', JSON.stringify(`${project}/ca.pem`)),
    );
    const deployed = resources.filter(({ type, name }) => type.startsWith("kubernetes:") && name.includes("u2210c"));
    const rendered = await render(undefined, { decrypted });
    const kinds = [...rendered.files.keys()].flatMap((path) => /^u2210c\/(\w+)-/.exec(path)?.[1] ?? []);
    expect(kinds.toSorted()).toEqual(deployed.map(({ type }) => type.split(":")[2]?.toLowerCase()).toSorted());
    const settings = deployed.find(({ name }) => name.endsWith("-settings"));
    expect(settingsOf(rendered).data).toEqual(settings?.inputs["data"]);
  });

  test("leaves out members that a FedJoin joins, and says so", async () => {
    const { skipped, members, files } = await render();
    expect({ leftOut: skipped, members }).toEqual({ leftOut: ["u2204a"], members: ["u2210c", "u2211d"] });
    expect([...files].filter(([path, text]) => `${path}${text}`.includes("u2204a"))).toEqual([]);
  });

  test("needs no kubeconfig, and reads none, wherever the members stand", async () => {
    const members = source.slice(source.indexOf("  fedjoin:members:"));
    const list = members
      .replace("  fedjoin:members:\n", "")
      .replace("context: store-u2210c", "kubeconfigFile: of-u2210c.yaml");
    const asked: string[] = [];
    const readFile: RenderRequest["readFile"] = (path) => {
      asked.push(path);
      return path === "list.yaml" ? { content: list } : createFileReader(project)(path);
    };
    const fromFile = await render((text) => text.replace(members, "  fedjoin:membersFile: list.yaml\n"), { readFile });
    expect(new Set(asked)).toEqual(new Set(["list.yaml", "ca.pem"]));
    expect(fromFile.files).toEqual((await render()).files);
  });

  test("R15: renames its Secret and ConfigMap when their contents change, without a digest of any secret", async () => {
    const before = await render();
    const readdressed = await render((text) => text.replaceAll("192.168.11.4", "192.168.11.5"));
    expect(secretName(before)).toMatch(/^exporter-u2210c-secret-[0-9a-f]{8}$/);
    expect(secretName(await render((text) => text.replaceAll("bm9uY2UtcmVhZA==", "b3RoZXI=")))).not.toBe(
      secretName(before),
    );
    expect(secretName(readdressed)).toBe(secretName(before));
    expect(settingsName(before)).toMatch(/^exporter-u2210c-settings-[0-9a-f]{8}$/);
    expect(settingsName(readdressed)).not.toBe(settingsName(before));
    const plainly = (password: string) => render((text) => text.replace(/\{ secure: "[^"]*:am9pbg==" \}/, password));
    expect(secretName(await plainly("one"))).toBe(secretName(await plainly("two")));
  });

  test("R15: has secrets in Secrets alone, and there only when asked", async () => {
    const withSecrets = await render(undefined, { decrypted });
    const holders = [...withSecrets.files].filter(([, text]) => text.includes("canary")).map(([path]) => path);
    expect(holders).toEqual(["u2210c/secret-exporter-u2210c-secret.yaml", "u2211d/secret-exporter-u2211d-secret.yaml"]);
    expect(parse(withSecrets.files.get(holders[0] ?? "") ?? "")).toMatchObject({
      metadata: { name: secretName(await render()) },
      stringData: {
        ...{ CTRL_USERNAME: "reader", CTRL_PASSWORD: "canary-read" },
        ...{ JOIN_USERNAME: "joiner", JOIN_PASSWORD: "canary-join", JOIN_TOKEN: "canary-token" },
      },
    });
    expect(withSecrets.requiredSecrets.size).toBe(0);
    const without = await render((text) => text.replace(/\{ secure: "[^"]*:am9pbg==" \}/, "canary-in-the-clear"));
    expect(JSON.stringify([...without.files])).not.toContain("canary");
  });

  test("reports every problem of the configuration, of the decrypted one too", async () => {
    expect(await problemsOr((text) => text.replaceAll("port: 10443", "port: 0"))).toEqual({
      problems: [
        "members[0].jointRest.port: expected a port number, 1 to 65535",
        "members[1].jointRest.port: expected a port number, 1 to 65535",
      ],
    });
    const asUrl = (text: string) => text.replace("joinToken:", "joinTokenUrl:");
    const config = parseStackConfig(asUrl(source));
    const unusable = { ...decrypted, "fedjoin:master": { joinTokenUrl: "canary" } };
    expect(await problemsOr(asUrl, { config, decrypted: unusable })).toEqual({
      problems: ["master.joinTokenUrl: expected an https URL"],
    });
  });
});
