import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { createFileReader } from "../../../../stacks/src/config/source";
import { environmentOf, problemsOf } from "../../../support/checkedConfig";
import { test } from "../../../support/fixtures";

const stack = (more = "", file = "stores.csv") => `
master: { rest: { server: hq.example.com }, joinToken: t }
defaults:
  controller: { credentials: { username: admin, password: pw }, tls: { verify: false } }
  exporter: { image: "exporter:1" }
membersFile: ${file}
${more}
`;

const csv = `storeId,labels.region,controller.server,jointRest.server,jointRest.port,createNamespace,exporter.env.LOG_LEVEL,name
u1,north,10.0.0.1,10.0.0.1,10443,true,,
"2207",south,10.0.0.2,10.0.0.2,443,false,debug,"the ""old"" one, south"
`;

const yaml = `# stores
- storeId: u1
  labels: { region: north }
  controller: { server: 10.0.0.1 }
  jointRest:
    server: 10.0.0.1
    port: 10443
  createNamespace: true
- { storeId: "2207", labels: { region: south }, controller: { server: 10.0.0.2 }, jointRest: { server: 10.0.0.2, port: 443 },
    exporter: { env: { LOG_LEVEL: debug } }, name: 'the "old" one, south' }
`;

const inCsv = (text: string, more = "") => problemsOf(stack(more), { "stores.csv": text });
const inYaml = (text: string, more = "") => problemsOf(stack(more, "stores.yaml"), { "stores.yaml": text });
const idsOf = (shard: string) =>
  environmentOf(stack(`shard: ${shard}`), { "stores.csv": csv }).members.map(({ storeId }) => storeId);

describe("members from a file", () => {
  test("D5: are the same from CSV, from YAML and in the stack's own configuration", () => {
    const fromCsv = environmentOf(stack(), { "stores.csv": csv });
    const exporter = { env: { LOG_LEVEL: "debug" } };
    expect(fromCsv.members).toMatchObject([
      { storeId: "u1", createNamespace: true, labels: { region: "north" }, exporter: { env: {} } },
      { storeId: "2207", jointRest: { port: 443 }, name: 'the "old" one, south', exporter },
    ]);
    expect(environmentOf(stack("", "stores.yaml"), { "stores.yaml": yaml })).toEqual(fromCsv);
    const inline = stack(`members:\n${yaml}`).replace("membersFile: stores.csv", "");
    expect(environmentOf(inline)).toEqual(fromCsv);
  });

  test("are told every problem with its path and line", () => {
    const wrong = csv.replace("10443,true", "104430,yes").replace("443,false", "https,").replace("u1,", "2207,");
    expect(inCsv(wrong)).toEqual([
      "membersFile[0].createNamespace: expected true or false (line 2)",
      "membersFile[0].jointRest.port: expected a port number, 1 to 65535 (line 2)",
      "membersFile[1].jointRest.port: expected a port number, 1 to 65535 (line 3)",
      "membersFile[1].storeId: is also that of membersFile[0]: a membership has one owner (line 3)",
    ]);
    expect(inYaml(yaml.replace("port: 10443", "port: 104430").replace("port: 443 }", "prot: 443 }"))).toEqual([
      "membersFile[0].jointRest.port: expected a port number, 1 to 65535 (line 7)",
      "membersFile[1].jointRest.port: is required (line 9)",
      "membersFile[1].jointRest.prot: unknown key, did you mean port? (line 9)",
    ]);
  });

  test("are the same from CSV as Excel writes it, and with blanks around the keys of the header", () => {
    const [header = "", ...rows] = csv.trimEnd().split("\n");
    const excel = [header, ...rows].map((row) => `${row.replaceAll(/,(?! south")/g, ";").replace("true", "TRUE")};;`);
    const written = [["\uFEFFsep=;", ...excel, ";;;;;;;;;"].join("\r\n")];
    const blank = [` ${header.replaceAll(",", " , ")} `, ...rows].join("\n");
    for (const text of [...written, blank]) {
      expect(environmentOf(stack(), { "stores.csv": text })).toEqual(environmentOf(stack(), { "stores.csv": csv }));
    }
  });

  test("in another encoding are refused for that, without a word about paths", ({ folder }) => {
    writeFileSync(join(folder, "latin1.csv"), Buffer.from("storeId,name\nu1,Gen\xe8ve\n", "latin1"));
    const readFile = createFileReader(folder);
    expect(readFile("latin1.csv")).toEqual({ problem: "is not valid UTF-8 text: save it as UTF-8" });
    expect(readFile("none.csv")).toEqual({
      problem: "cannot be read (ENOENT); relative paths start at the folder of Pulumi.yaml",
    });
  });

  const command = "controller.credentials.passwordFrom.command";
  const empty = "has no members; for all to leave, give members: []";
  const twoCells = "cells where the first line has 2";
  test.each([
    ["storeId, jointRest.prot\nu1,1", [".jointRest.prot: unknown key, did you mean port? (line 1)"]],
    ["storeId,jointRest\nu1,1", [".jointRest: is a mapping: name a key in it, with a dot before (line 1)"]],
    ["storeId,storeId\nu1,u2", [".storeId: stands twice (line 1)"]],
    ["storeId,,name\nu1,u2,n", [".: expected a key (line 1)"]],
    ["storeId,\nu1,u2", [": has 2 cells where the first line has 1 (line 2)"]],
    ["storeId,name.x\nu1,u2", [".name.x: is not a mapping (line 1)"]],
    [`storeId,${command}\nu1,cat`, [`.${command}: is a list, which needs a YAML file (line 1)`]],
    ["storeId,name\nu1\nu2,n,x\n", [`: has 1 ${twoCells} (line 2)`, `: has 3 ${twoCells} (line 3)`]],
    ['storeId\n"u1', [": expected a cell without quotes, or all of it in quotes (line 2)"]],
    ["", [": expected a first line with the members' keys"]],
    ["storeId\n", [`: ${empty}`]],
  ])("are refused as CSV: %j", (text, problems) => {
    expect(inCsv(text)).toEqual(problems.map((problem) => `membersFile${problem}`));
  });

  const twice = "is not valid YAML at line 2, column 3 (DUPLICATE_KEY): put values with special characters in quotes";
  test.each([
    ["- storeId: u1\n  storeId: u2\n", `membersFile: ${twice}`],
    ["members: []", "membersFile: expected a list of members"],
    ["- *nowhere", expect.stringMatching(/^membersFile: has an alias \(\*name\) without its anchor/)],
    ["[]", `membersFile: ${empty}`],
  ])("are refused as YAML: %j", (text, problem) => {
    expect(inYaml(text)).toEqual([problem]);
  });

  test("are refused in a file of another kind, in none, and beside members", () => {
    expect(problemsOf(stack("", "stores.json"))).toEqual([
      "membersFile: expected a file that ends with .csv, .yaml or .yml",
    ]);
    expect(problemsOf(stack())).toEqual([
      "membersFile: cannot be read (ENOENT); relative paths start at the folder of Pulumi.yaml",
    ]);
    expect(inCsv(csv, "members: []")).toEqual(["membersFile: give members or membersFile, not both"]);
  });

  test("R15: hold no secret, and no problem repeats one that stands there", () => {
    const secret = "secrets do not belong in a members file: refer to them, or set them as secrets in defaults";
    const path = "controller.credentials.password";
    expect(inCsv(csv.replace("name\n", `${path}\n`).replace(",,\n", ",,canary\n"))).toEqual([
      `membersFile[0].${path}: ${secret} (line 2)`,
      `membersFile[1].${path}: ${secret} (line 3)`,
    ]);
    const inFile = yaml.replace("server: 10.0.0.1 }", "server: 10.0.0.1, credentials: { password: canary } }");
    expect(inYaml(inFile)).toEqual([`membersFile[0].${path}: ${secret} (line 4)`]);
    const broken = [inFile.replace("port: 10443", "port: canary"), inFile.replace("canary }", "canary"), "canary"];
    for (const text of broken) expect(inYaml(text).join()).toMatch(/^membersFile(?!.*canary)/);
    for (const text of ['storeId\n"canary', "canary\nu1"]) expect(inCsv(text).length).toBe(1);
  });
});

describe("a stack that takes a part of a list", () => {
  const north = "{ label: region, value: north, values: [north, south] }";

  test("D5: has the members of its label or its number, and no others", () => {
    expect(idsOf(north)).toEqual(["u1"]);
    expect(idsOf("{ label: region, value: south, values: [north, south] }")).toEqual(["2207"]);
    const parts = [1, 2, 3].map((index) => idsOf(`{ index: ${index}, count: 3 }`));
    expect(parts.flat().toSorted()).toEqual(["2207", "u1"]);
  });

  test.each([
    ["443,false", "0,maybe", []],
    ['"2207"', "U1", ["storeId: is also that of membersFile[0]: a membership has one owner"]],
    ["south", "soth", ["labels.region: expected one of shard.values"]],
    ["south", "", ["labels.region: is required by shard.label"]],
  ])("is stopped by no mistake of another's member but who owns it: %s → %s", (right, wrong, problems) => {
    expect(inCsv(csv.replace(right, wrong), `shard: ${north}`)).toEqual(
      problems.map((problem) => `membersFile[1].${problem} (line 3)`),
    );
  });

  const oneKind = "give label, value and values, or index and count";
  test.each([
    ["{ index: 1 }", `shard: ${oneKind}`],
    ["{ label: region, value: north, values: [north], count: 2 }", `shard: ${oneKind}`],
    ["{ index: 0, count: 2 }", "shard.index: expected a whole number, 1 or more"],
    ["{ index: 3, count: 2 }", "shard.index: expected at most count"],
    ["{ label: region, value: west, values: [north, south] }", "shard.value: expected one of values"],
    ["{ label: region, value: north, values: north }", "shard.values: expected a list"],
    ["north", "shard: expected a mapping"],
    ["{ indx: 1, count: 2 }", "shard.indx: unknown key, did you mean index?"],
  ])("is told what was expected of its shard: %s", (shard, problem) => {
    expect(inCsv(csv, `shard: ${shard}`)).toContain(problem);
  });
});
