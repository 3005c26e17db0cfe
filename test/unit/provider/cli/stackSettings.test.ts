import { describe, expect, test } from "vitest";
import { readStackSettings } from "../../../../provider/src/cli/stackSettings";
import { PulumiCliError } from "../../../../provider/src/pulumi/pulumiCli";
import { stackSettings } from "../../../../stacks/src/joins";

const config = {
  "fedjoin:master": { rest: { server: "hq.example" }, credentials: { username: "fed", password: "canary" } },
  "fedjoin:members": [
    {
      storeId: "u1",
      ...{ controller: { server: "u1.example", credentials: { username: "admin", password: "canary" } } },
      ...{ jointRest: { server: "u1.example", port: 443 }, exporter: { enabled: false } },
    },
    {
      ...{ storeId: "u2", joinedBy: "none", exporter: { image: "exporter:1" } },
      controller: { server: "u2.example", credentials: { username: "admin", password: "canary" } },
      jointRest: { server: "u2.example", port: 443 },
    },
  ],
};
const printed = (sections: object): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(sections).map(([key, value]) => [key, { value: JSON.stringify(value) }])),
  );

function read(sections: object, loadStacks: (cwd: string) => unknown = () => ({ stackSettings })) {
  const notes: string[] = [];
  const ran: string[] = [];
  const settings = readStackSettings(
    { stack: "dev", cwd: "/project" },
    {
      loadStacks,
      log: (line) => void notes.push(line),
      readFile: () => Promise.reject(new Error("no file")),
      runPulumi: (args, cwd) => {
        ran.push(`${cwd} ${args.join(" ")}`);
        return Promise.resolve({ exitCode: 0, stdout: printed(sections), stderr: "" });
      },
    },
  );
  return { settings, notes, ran };
}

describe("the memberships of a stack", () => {
  test("are those of its configuration, with notes on what is left out", async () => {
    const { settings, notes, ran } = read(config);
    const { members } = await settings;
    expect(members.map(({ inputs }) => [inputs.storeId, inputs.master.rest?.server])).toEqual([["u1", "hq.example"]]);
    expect(notes).toEqual([expect.stringMatching(/^left out, .*: u2$/)]);
    expect(ran.join()).not.toContain("canary");
  });

  test("with problems are one message with each of them, and no secret", async () => {
    const members = config["fedjoin:members"].map((each) => ({ ...each, storeid: "canary" }));
    const { settings } = read({ ...config, "fedjoin:members": members });
    const error: unknown = await settings.catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/configuration of stack dev has 2 problems:\n {2}members\[0\]\.storeid: unknown key/);
    expect(String(error)).not.toContain("canary");
  });

  test("of a project with a program of its own are said to be elsewhere", async () => {
    const { settings } = read({ "shop:region": "eu" });
    await expect(settings).rejects.toThrow(
      `The configuration of stack dev has 1 problem:
  expected fedjoin:master and fedjoin:members, but no key begins with fedjoin:. If a program of your own declares the FedJoins, give fedjoin their settings with --file instead of --stack`,
    );
  });

  test.each([[undefined], [{}], [{ stackSettings: "none" }]])("need the package of stacks: %j", async (loaded) => {
    const { settings, ran } = read(config, () => loaded);
    await expect(settings).rejects.toThrow(
      /^--stack needs @fedjoin\/stacks, .* in the packages of \/project, the folder of Pulumi\.yaml; /,
    );
    expect(ran).toEqual([]);
  });

  test("of a pulumi that fails are its reason", async () => {
    const settings = readStackSettings(
      { stack: "dev", cwd: "/project" },
      {
        ...{ loadStacks: () => ({ stackSettings }), log: () => undefined },
        readFile: () => Promise.reject(new Error("no file")),
        runPulumi: () => Promise.reject(new PulumiCliError("pulumi cannot be run in /project: it is not installed")),
      },
    );
    await expect(settings).rejects.toThrow("pulumi cannot be run in /project: it is not installed");
  });
});
