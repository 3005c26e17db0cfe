import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseCommand } from "../../../exporter/src/settings/command";
import { findOnPath, nodeBinDir, repositoryRoot, runCommand } from "@fedjoin/testbed";
import type { SimulatedFederation } from "@fedjoin/simulator";
import { readEnvFile } from "../../support/composeFile";
import { federationOfFile, folderOfFile } from "../../support/deployments";
import { memberNames, at } from "../../support/federation";
import { unknownSettings } from "../../support/knownSettings";
import { startExporterBy, type ExporterProcess } from "../../support/exporterProcess";
import { readUnit, unitEnvironment } from "../../support/systemdUnit";

const read = (file: string): string => readFileSync(join(repositoryRoot, "examples", file), "utf8");
const main = join(repositoryRoot, "exporter/dist/main.js");
const searched = [nodeBinDir, process.env["PATH"] ?? ""].join(delimiter);
const passwords = { ctrl_password: "Canary-reader-3c", join_password: "Canary-joiner-4d" };

const siteOptions = {
  users: [
    { username: "exporter", password: passwords.ctrl_password, role: "reader" },
    { username: "joiner", password: passwords.join_password, role: "admin" },
  ],
} as const;
const folder = folderOfFile();
const ofProcess = federationOfFile({ siteOptions });
const ofUnit = federationOfFile({ siteOptions });

/** What a reader of the example fills in; the secrets are in files. */
async function ownValues({ master, sites }: SimulatedFederation): Promise<Readonly<Record<string, string>>> {
  for (const [file, text] of Object.entries({ ...passwords, join_token: master.joinToken() })) {
    await writeFile(join(folder.path, file), `${text}\n`, { mode: 0o600 });
  }
  const { rest, fingerprint256 } = at(sites, 0);
  return {
    CTRL_API_SERVICE: `${rest.server}:${rest.port}`,
    CTRL_TLS_FINGERPRINT: fingerprint256,
    JOINT_REST_SERVER: rest.server,
    JOINT_REST_PORT: String(rest.port),
    MASTER_CLUSTER_ADDRESS: master.rest.server,
  };
}

async function expectMember({ master }: SimulatedFederation, exporter: ExporterProcess): Promise<void> {
  onTestFinished(async () => {
    await exporter.stop();
  });
  expect(await exporter.scrape()).toContain("\nnv_up 1\n");
  await expect.poll(() => memberNames(master), { timeout: 30_000 }).toEqual([expect.stringMatching(/^u2204a-\w{6}$/)]);
  expect(await exporter.stop()).toBe(0);
  for (const secret of Object.values(passwords)) expect(exporter.output()).not.toContain(secret);
}

describe("the example of a bare process", () => {
  test("R12: serves and joins with exported variables", async () => {
    const values = await ownValues(ofProcess);
    const script = read("process/run.sh")
      .replaceAll(/^export (\w+)=.*$/gm, (line, name: string) =>
        name in values ? `export ${name}=${values[name] ?? ""}` : line,
      )
      .replaceAll("/etc/fedjoin-exporter", folder.path)
      .replace("/var/lib/fedjoin-exporter", join(folder.path, "state"));
    await writeFile(join(folder.path, "run.sh"), script);
    await expectMember(
      ofProcess,
      await startExporterBy({ command: "sh", args: [join(folder.path, "run.sh"), main], env: { PATH: searched } }),
    );
  });

  test("R12: exports only settings that the exporter knows", () => {
    const exported = readEnvFile(read("process/run.sh").replaceAll(/^export /gm, ""));
    expect(Object.keys(exported)).toContain("PAAS_STORE_ID");
    expect(unknownSettings(exported)).toEqual([]);
  });
});

describe("the example for systemd", () => {
  const unit = read("systemd/fedjoin-exporter.service");
  const joining = read("systemd/join.conf");
  const service = readUnit(unit, "Service");
  const valueOf = (key: string) => service.find((each) => each.key === key)?.value;
  const environment = readEnvFile(read("systemd/environment.example").replaceAll(/^# (?=[A-Z_]+=)/gm, ""));

  test("R12: serves and joins with the environment that systemd would give it, and outlives a reload", async () => {
    const given = unitEnvironment([unit, joining], { d: folder.path, S: join(folder.path, "state") });
    await mkdir(given["EXPORTER_STATE_DIR"] ?? "", { recursive: true });
    const [command = "", file = ""] = (valueOf("ExecStart") ?? "").split(" ");
    expect([command, file]).toEqual(["/usr/bin/node", "/usr/local/lib/fedjoin-exporter/fedjoin-exporter.js"]);
    const exporter = await startExporterBy({
      command: process.execPath,
      args: [main],
      env: { PATH: searched, ...environment, ...given, ...(await ownValues(ofUnit)) },
    });
    expect(valueOf("ExecReload")).toBe("/bin/kill -HUP $MAINPID");
    process.kill(exporter.pid, "SIGHUP");
    await expectMember(ofUnit, exporter);
  });

  test("R12: gives settings that the exporter knows and takes, without the join as well", () => {
    const withJoin = { ...environment, ...unitEnvironment([unit, joining], { d: "/d", S: "/S" }) };
    expect(unknownSettings(withJoin)).toEqual([]);
    const env = {
      ...readEnvFile(read("systemd/environment.example")),
      ...unitEnvironment([unit], { d: "/d", S: "/S" }),
    };
    expect(parseCommand({ argv: [], env, readFile: () => "pw" })).toMatchObject({
      does: "run",
      config: { stateDir: "/S/fedjoin-exporter", join: { state: "off" }, warnings: [] },
    });
  });

  test("R15: loads each secret as a credential and names it in no other way", () => {
    const credentials = [unit, joining]
      .flatMap((text) => readUnit(text, "Service"))
      .filter(({ key }) => key === "LoadCredential")
      .map(({ value }) => value.split(":")[0]);
    const files = Object.values(unitEnvironment([unit, joining], { d: "", S: "/S" })).filter((value) =>
      credentials.includes(value.slice(1)),
    );
    expect(credentials).toEqual(["ctrl_password", "join_token", "join_password"]);
    expect(files).toHaveLength(credentials.length);
    expect(Object.keys(environment).filter((name) => /PASSWORD|TOKEN|APIKEY/.test(name))).toEqual([]);
  });

  test("R15: may do nothing on the machine but serve", () => {
    for (const [key, value] of Object.entries({
      DynamicUser: "yes",
      NoNewPrivileges: "yes",
      CapabilityBoundingSet: "",
      ProtectSystem: "strict",
      ProtectHome: "yes",
      PrivateTmp: "yes",
      StateDirectory: "fedjoin-exporter",
    })) {
      expect(`${key}=${valueOf(key) ?? "absent"}`).toBe(`${key}=${value}`);
    }
  });

  test("keeps each key in its section, and is understood by a systemd that is there", async () => {
    const keys = (section: string) => readUnit(unit, section).map(({ key }) => key);
    expect(keys("Unit")).toEqual(["Description", "Wants", "After", "StartLimitIntervalSec", "StartLimitBurst"]);
    expect(keys("Install")).toEqual(["WantedBy"]);
    const file = join(folder.path, "fedjoin-exporter.service");
    await writeFile(file, unit.replace("/usr/bin/node", process.execPath));
    const systemd = await findOnPath("systemd-analyze");
    const found = systemd === undefined ? undefined : await runCommand(systemd, ["verify", file]);
    expect(found?.stderr ?? "").toBe("");
  });
});
