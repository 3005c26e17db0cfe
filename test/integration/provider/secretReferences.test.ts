import type { ResourceProps } from "../../../provider/src/resources/shared/props";
import { createSecretReader } from "../../../provider/src/system/secretReader";
import { NeuVectorError } from "@fedjoin/provider/neuvector";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SimulatedController, type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { fedJoinInputs } from "@fedjoin/testbed";
import { memberNames, newLifecycle, at, requestsOf } from "../../support/federation";
import { startWebServer } from "../../support/webServer";
import { createServerCertificates } from "../../support/serverCertificates";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fedjoin-secrets-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function fileWith(text: string, name = "secret"): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("a membership whose secrets are kept elsewhere", () => {
  let federation: SimulatedFederation;
  let master: SimulatedController;
  let site: SimulatedController;

  beforeEach(async () => {
    federation = await startFederation({ sites: 1, selfSigned: true, timings: { cleanupMs: 20, probePauseMs: 5 } });
    master = federation.master;
    site = at(federation.sites, 0);
  });
  afterEach(() => federation.close());

  const lifecycleIn = (environment: NodeJS.ProcessEnv) => newLifecycle({ secrets: createSecretReader(environment) });

  /** The inputs with the password at the master, and the one at the site, by reference. */
  const inputsWith = (atMaster: object, atSite: object) => {
    const inputs = fedJoinInputs(master, site, "u2204a");
    const { username } = master.admin;
    return {
      ...inputs,
      master: { ...inputs.master, credentials: { username, passwordFrom: atMaster } },
      controller: { ...inputs.controller, credentials: { username: site.admin.username, passwordFrom: atSite } },
    };
  };

  test.each(["env", "file", "command"])(
    "lives from create to delete with passwords from %s, none of them in the state",
    async (from) => {
      const reference = (password: string, name: string) => {
        if (from === "env") return { env: name };
        const file = fileWith(`${password}\n`, name);
        return from === "file" ? { file } : { command: ["cat", file] };
      };
      const inputs = inputsWith(
        reference(master.admin.password, "AT_MASTER"),
        reference(site.admin.password, "AT_SITE"),
      );
      const lifecycle = lifecycleIn({
        AT_MASTER: master.admin.password,
        AT_SITE: site.admin.password,
        FEDJOIN_ALLOW_COMMANDS: "true",
        PATH: process.env["PATH"],
      });
      expect(await lifecycle.check({}, inputs)).toEqual({ inputs, failures: [] });

      const { id, outs } = await lifecycle.create(inputs);
      expect(memberNames(master)).toEqual([id]);
      for (const { password } of [master.admin, site.admin]) expect(JSON.stringify(outs)).not.toContain(password);
      expect(outs).toMatchObject({ master: { credentials: inputs.master.credentials } });

      expect(await lifecycle.read(id, outs)).toEqual({ id, props: outs });
      await lifecycle.delete(id, outs);
      expect(memberNames(master)).toEqual([]);
    },
  );

  test("rereads a file for each operation: a rotated password needs no up", async () => {
    const file = fileWith(site.admin.password);
    const inputs = inputsWith({ env: "AT_MASTER" }, { file });
    const environment = { AT_MASTER: master.admin.password };
    const { id, outs } = await lifecycleIn(environment).create(inputs);
    writeFileSync(file, "not-the-password-any-more");
    await expect(lifecycleIn(environment).read(id, outs)).rejects.toMatchObject({ kind: "login_rejected" });
    writeFileSync(file, site.admin.password);
    await expect(lifecycleIn(environment).read(id, outs)).resolves.toMatchObject({ id });
  });

  test("another reference is an update, and the same one is no change", async () => {
    const lifecycle = lifecycleIn({ AT_MASTER: master.admin.password, AT_SITE: site.admin.password });
    const inputs = inputsWith({ env: "AT_MASTER" }, { env: "AT_SITE" });
    const { id, outs } = await lifecycle.create(inputs);
    expect(await lifecycle.diff(id, outs, inputs)).toMatchObject({ changes: false });
    const moved = inputsWith({ env: "AT_MASTER" }, { file: "/run/secrets/site" });
    expect(await lifecycle.diff(id, outs, moved)).toMatchObject({ changes: true, replaces: [] });
  });

  test("a missing secret stops before anything is sent, and is named", async () => {
    const inputs = inputsWith({ env: "AT_MASTER" }, { env: "AT_SITE" });
    const error = await lifecycleIn({ AT_MASTER: master.admin.password })
      .create(inputs)
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: "invalid_input" });
    expect(String(error)).toContain("environment variable AT_SITE");
    expect([...master.requests, ...site.requests].filter(({ listener }) => listener === "rest")).toEqual([]);
  });

  test("an API key that is none is refused by its reference alone", async () => {
    const inputs = fedJoinInputs(master, site, "u2204a");
    const keyed = { ...inputs, controller: { ...inputs.controller, credentials: { apiKeyFrom: { env: "KEY" } } } };
    const error = await lifecycleIn({ KEY: "canary-no-colon" })
      .create(keyed)
      .catch((caught: unknown) => caught);
    expect(String(error)).toContain("environment variable KEY should hold an API key: expected name:secret");
    expect(String(error)).not.toContain("canary");
  });

  const withoutMint = (): ResourceProps => {
    const { master: atMaster, ...inputs } = fedJoinInputs(master, site, "u2204a");
    return { ...inputs, master: { rest: atMaster.rest } };
  };

  test("a join token from a file is used, and neither it nor its reference is kept", async () => {
    const file = fileWith(`${master.joinToken()}\n`);
    const { id, outs } = await lifecycleIn({}).create({ ...withoutMint(), joinTokenFrom: { file } });
    expect(memberNames(master)).toEqual([id]);
    expect(outs["joinTokenFingerprint"]).toMatch(/^[0-9a-f]{12}$/);
    expect(JSON.stringify(outs)).not.toContain(file);
  });

  test("a fixed join token is refused with the wrapper that it needs, before the site is renamed", async () => {
    const error = await lifecycleIn({ TOKEN: "canary-fixed-token" })
      .create({ ...withoutMint(), joinTokenFrom: { env: "TOKEN" } })
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: "invalid_input" });
    expect(String(error)).toMatch(/environment variable TOKEN should hold a join token: .*base64 of \{"s":/);
    expect(String(error)).not.toContain("canary");
    expect(site.clusterName).toBe("cluster.local");
  });

  test("a token URL and its bearer from references, the bearer read at the fetch", async () => {
    const { good, ca } = await createServerCertificates();
    const server = await startWebServer({ cert: good.certificate, key: good.key }, (_request, response) => {
      response.end(JSON.stringify({ context: master.joinToken() }));
    });
    try {
      const bearer = fileWith("canary-bearer\n");
      const { id } = await lifecycleIn({ TOKEN_URL: `https://127.0.0.1:${server.port}/t` }).create({
        ...withoutMint(),
        joinTokenUrlFrom: { env: "TOKEN_URL" },
        joinTokenUrlOptions: { bearerFrom: { file: bearer }, tls: { ca } },
      });
      expect(memberNames(master)).toEqual([id]);
      expect(server.requests).toEqual(["GET /t Bearer canary-bearer"]);
    } finally {
      await server.close();
    }
  });

  test("a token URL from a reference is https, too", async () => {
    const inputs = { ...withoutMint(), joinTokenUrlFrom: { env: "TOKEN_URL" } };
    const error = await lifecycleIn({ TOKEN_URL: "http://u:canary@127.0.0.1:1/t" })
      .create(inputs)
      .catch((caught: unknown) => caught);
    expect(String(error)).toMatch(/TOKEN_URL should hold a join token URL: expected https/);
    expect(String(error)).not.toContain("canary");
    expect(requestsOf(site, "POST", "/v1/fed/join")).toEqual([]);
  });
});

describe("secrets of this machine", () => {
  const secrets = createSecretReader({
    FEDJOIN_ALLOW_COMMANDS: "true",
    PATH: process.env["PATH"],
    CANARY: "inherited",
  });

  async function refused(work: Promise<string>): Promise<string> {
    const error = await work.then(
      () => undefined,
      (caught: unknown) => caught,
    );
    if (!(error instanceof NeuVectorError) || error.kind !== "invalid_input") throw new Error(String(error));
    expect(error.message).not.toContain("canary");
    return error.message;
  }

  test("a file that is away, not readable, too large or no file", async () => {
    expect(await refused(secrets.file(join(folder, "none")))).toMatch(
      /fedjoin-secrets-.*none, .* cannot be read \(ENOENT\)/,
    );
    expect(await refused(secrets.file(folder))).toContain("is not a regular file");
    expect(await refused(secrets.file("/dev/zero"))).toContain("is not a regular file");
    expect(await refused(secrets.file(fileWith("canary".repeat(11_000))))).toContain("is larger than 64 kB");
    expect(await refused(secrets.file(fileWith("canary\0")))).toMatch(/: save it as UTF-8\. \[docs/);
    const file = fileWith("canary", "closed");
    chmodSync(file, 0);
    if (process.getuid?.() !== 0) expect(await refused(secrets.file(file))).toContain("EACCES");
  });

  test("a command gets its arguments as they are, the environment, and no input", async () => {
    const text = await secrets.command([
      "node",
      "-e",
      "process.stdout.write(process.argv[1] + process.env.CANARY)",
      "$(id) `id`;",
    ]);
    expect(text).toBe("$(id) `id`;inherited");
    expect(await secrets.command(["cat"])).toBe("");
  });

  test("a command that fails is named with its exit code, without output and arguments", async () => {
    const failing = ["node", "-e", "console.log('canary'); console.error('canary'); process.exit(3)"] as const;
    expect(await refused(secrets.command([...failing]))).toContain(
      "command node, which a secret is read from, ended with exit code 3",
    );
    expect(
      await refused(secrets.command(["node", "-e", "process.kill(process.pid, 'SIGTERM') /* canary */"])),
    ).toContain("SIGTERM");
    expect(await refused(secrets.command([join(folder, "none"), "canary"]))).toContain("could not be started (ENOENT)");
  });

  test("a command that does not end is killed", async () => {
    const hasty = createSecretReader({ FEDJOIN_ALLOW_COMMANDS: "true", PATH: process.env["PATH"] }, 200);
    expect(await refused(hasty.command(["sleep", "600"]))).toContain(
      "command sleep, which a secret is read from, did not end within 0.2 s",
    );
    expect(await refused(hasty.command(["sh", "-c", "sleep 5; true"]))).toContain("did not end within 0.2 s");
  });

  test("a command that writes too much", async () => {
    expect(await refused(secrets.command(["node", "-e", "console.log('canary'.repeat(20000))"]))).toContain(
      "more than 64 kB",
    );
  });

  test.each([undefined, "", "1", "TRUE", "false"])(
    "no command runs with FEDJOIN_ALLOW_COMMANDS=%s",
    async (allowed) => {
      const closed = createSecretReader({ PATH: process.env["PATH"], FEDJOIN_ALLOW_COMMANDS: allowed });
      const path = join(folder, "made");
      const message = await refused(closed.command(["touch", path]));
      expect(message).toMatch(
        /command touch, .* not allowed.*Whoever can write .* the state could run commands.*FEDJOIN_ALLOW_COMMANDS=true/,
      );
      await expect(secrets.file(path)).rejects.toThrow(/ENOENT/);
    },
  );
});
