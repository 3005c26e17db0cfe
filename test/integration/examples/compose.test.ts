import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { parse } from "yaml";
import { parseCommand } from "../../../exporter/src/settings/command";
import { readCompose, readEnvFile } from "../../support/composeFile";
import { onlyInstruction, readDockerfile } from "../../support/dockerfile";
import { test } from "../../support/fixtures";
import { unknownSettings } from "../../support/knownSettings";
import { startExporterBy } from "../../support/exporterProcess";
import { repositoryRoot } from "@fedjoin/testbed";

const read = (file: string): string => readFileSync(join(repositoryRoot, "examples/compose", file), "utf8");
const variables = readEnvFile(read(".env.example"));

/** The exporter's service as `docker compose -f compose.yaml -f …` merges it, and the files of its secrets. */
function exporterOf(files: readonly string[], given = variables) {
  const composed = files.map((file) => readCompose(read(file), given));
  const services = composed.map(({ services: { exporter } }) => exporter);
  const others = composed.flatMap(({ services: all }) =>
    Object.entries(all).flatMap(([name, service]) => (name === "exporter" ? [] : [service])),
  );
  return {
    environment: Object.assign({}, ...services.map((service) => service?.environment)) as Record<string, string>,
    secrets: services.flatMap((service) => service?.secrets ?? []),
    others: others.flatMap((service) => service.secrets),
    declared: composed.flatMap(({ secrets }) => Object.keys(secrets)),
  };
}

const both = ["compose.yaml", "compose.join.yaml"];
const secret = "Canary-secret-2b7d";

const command = (files: readonly string[]) =>
  parseCommand({ argv: [], env: exporterOf(files).environment, readFile: () => secret });

describe("the example for Docker Compose", () => {
  test("R12: gives settings that the exporter knows and takes", () => {
    expect(unknownSettings(exporterOf(both).environment)).toEqual([]);
    expect(command(["compose.yaml"])).toMatchObject({
      does: "run",
      config: {
        controller: { address: { server: "192.168.8.209", port: 10443 }, credentials: { username: "exporter" } },
        join: { state: "off" },
        warnings: [],
      },
    });
  });

  test("R12: joins with the second file, as another user than the one that scrapes", () => {
    expect(command(both)).toMatchObject({
      does: "run",
      config: {
        join: {
          state: "on",
          config: {
            membership: { storeId: "u2204a", jointRest: { server: "192.168.8.209", port: 10443 } },
            via: "controller",
            masterRest: { server: "neuvector-master.example.com" },
            account: { is: "own", credentials: { username: "joiner" } },
          },
        },
      },
    });
  });

  test("R15: has secrets in files only, each declared, given to the exporter and used", () => {
    const { environment, secrets, others, declared } = exporterOf(both);
    const used = Object.values(environment).flatMap((value) => /^\/run\/secrets\/(.+)$/.exec(value)?.[1] ?? []);
    expect([...secrets, ...others].toSorted()).toEqual(declared.toSorted());
    expect(used.toSorted()).toEqual(secrets.toSorted());
    expect(others).toEqual(["grafana_password"]);
    const plain = Object.keys(environment).filter((name) => /(PASSWORD|TOKEN|APIKEY)$/.test(name));
    expect(plain).toEqual([]);
  });

  test("R15: gives each service no more than it needs", () => {
    const { services } = readCompose(read("compose.yaml"), variables);
    expect(Object.keys(services)).toEqual(["exporter", "prometheus", "grafana"]);
    for (const service of Object.values(services)) {
      expect(service).toMatchObject({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
      });
      expect(service).not.toHaveProperty("privileged");
    }
    expect(services["exporter"]).not.toHaveProperty("ports");
  });

  test("keeps the state where the image has a folder for it, and lets Prometheus scrape the port of the image", () => {
    const final = readDockerfile(readFileSync(join(repositoryRoot, "exporter/Dockerfile"), "utf8")).at(-1);
    if (final === undefined) throw new Error("no stage");
    const { services } = readCompose(read("compose.yaml"), variables);
    expect(services["exporter"]?.volumes).toEqual(["exporter-state:/var/lib/fedjoin"]);
    expect(onlyInstruction(final, "ENV")).toContain("EXPORTER_STATE_DIR=/var/lib/fedjoin");
    const targets = [`exporter:${onlyInstruction(final, "EXPOSE")}`];
    expect(parse(read("prometheus.yml"))).toMatchObject({ scrape_configs: [{ static_configs: [{ targets }] }] });
  });

  test("tells the exporter the size limit of Prometheus", () => {
    const { SCRAPE_SIZE_LIMIT: body_size_limit } = exporterOf(["compose.yaml"]).environment;
    expect(body_size_limit).toBeDefined();
    expect(parse(read("prometheus.yml"))).toMatchObject({ scrape_configs: [{ body_size_limit }] });
  });

  test("gives Prometheus the rules and Grafana the dashboard of the stacks, and a login that nobody knows", () => {
    const { services } = readCompose(read("compose.yaml"), variables);
    const { prometheus, grafana } = services;
    expect(prometheus?.volumes).toContain("../../stacks/monitoring:/etc/prometheus/rules:ro");
    expect(parse(read("prometheus.yml"))).toMatchObject({ rule_files: ["rules/*.yml"] });
    const rules = readdirSync(join(repositoryRoot, "stacks/monitoring"));
    expect(rules).toEqual(["alerts.yml", "dashboards", "recording.yml"]);
    expect(grafana?.volumes).toContain("../../stacks/monitoring/dashboards:/etc/grafana/dashboards:ro");
    expect(parse(read("grafana/dashboards/neuvector.yml"))).toMatchObject({
      providers: [{ type: "file", options: { path: "/etc/grafana/dashboards" } }],
    });
    expect(parse(read("grafana/datasources/prometheus.yml"))).toMatchObject({
      datasources: [{ type: "prometheus", url: "http://prometheus:9090", isDefault: true }],
    });
    expect(grafana?.environment["GF_SECURITY_ADMIN_PASSWORD__FILE"]).toBe("/run/secrets/grafana_password");
    expect(grafana).toMatchObject({ ports: ["127.0.0.1:3000:3000"] });
  });

  test("R12: says which variable is missing", () => {
    expect(() => exporterOf(["compose.yaml"], {})).toThrow("variable CTRL_API_SERVICE is not set");
  });
});

test("R12: the exporter serves with the example's environment and secret", async ({ folder, startController }) => {
  const site = await startController({ users: [{ username: "exporter", password: secret, role: "reader" }] });
  await writeFile(join(folder, "ctrl_password"), `${secret}\n`);
  const { environment } = exporterOf(["compose.yaml"], {
    ...variables,
    CTRL_API_SERVICE: `${site.rest.server}:${site.rest.port}`,
    CTRL_TLS_FINGERPRINT: site.fingerprint256,
  });
  const exporter = await startExporterBy({
    command: process.execPath,
    args: [join(repositoryRoot, "exporter/dist/main.js")],
    env: { ...environment, CTRL_PASSWORD_FILE: join(folder, "ctrl_password"), EXPORTER_STATE_DIR: folder },
  });
  expect(await exporter.scrape()).toContain("\nnv_up 1\n");
  expect(await exporter.stop()).toBe(0);
  expect(exporter.output()).not.toContain(secret);
});
