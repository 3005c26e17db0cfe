import { describe, expect, test as base } from "vitest";
import { memberNames, requestsOf } from "../../../../support/federation";
import { createJoinScenario } from "../../../../support/joinScenario";

/** The scenario, the process's environment with both passwords, and the inputs with each by a reference. */
const test = base.extend("secret", async () => {
  const scenario = await createJoinScenario();
  const { master, site, inputs } = scenario;
  const env = { AT_MASTER: master.admin.password, AT_SITE: site.admin.password };
  // In memory: virtual time must not pass while a file is read.
  const files = new Map<string, string>();
  const start = (over: NodeJS.ProcessEnv = {}) => {
    const file = (path: string) => Promise.resolve(files.get(path) ?? "");
    const environment: NodeJS.ProcessEnv = { ...env, ...over };
    const command = ([, path = ""]: readonly string[]) => file(path);
    const secrets = { env: (name: string) => environment[name], file, command };
    return scenario.start({ secrets }).joins;
  };
  const by = (passwordFrom: object) => ({ username: "admin", passwordFrom });
  return {
    ...scenario,
    ...{ env, files },
    by: (atMaster: object, atSite: object) => ({
      ...inputs,
      master: { ...inputs.master, credentials: by(atMaster) },
      controller: { ...inputs.controller, credentials: by(atSite) },
    }),
    /** The inputs without an account that could mint a token. */
    withoutMint: (over: object) => ({ ...inputs, master: { rest: master.rest }, ...over }),
    process: start,
    failure: async (declared: object, over: NodeJS.ProcessEnv = {}) => {
      const error: unknown = await start(over)
        .create({ ...declared })
        .catch((caught: unknown) => caught);
      expect(String(error)).not.toContain("canary");
      return error;
    },
  };
});

describe("a membership whose secrets are kept elsewhere", () => {
  test.for(["env", "file", "command"])(
    "lives with passwords from %s, none of them in the state",
    async (from, { secret }) => {
      const { master, site, env, files, by, process } = secret;
      const reference = (name: "AT_MASTER" | "AT_SITE") => {
        const file = `/run/secrets/${name}`;
        files.set(file, `${env[name]}\n`);
        return { env: { env: name }, file: { file }, command: { command: ["cat", file] } }[from] ?? {};
      };
      const inputs = by(reference("AT_MASTER"), reference("AT_SITE"));
      const joins = process();
      expect(await joins.check({}, inputs)).toEqual({ inputs, failures: [] });
      const { id, outs } = await joins.create(inputs);
      expect(memberNames(master)).toEqual([id]);
      for (const { password } of [master.admin, site.admin]) expect(JSON.stringify(outs)).not.toContain(password);
      expect(outs).toMatchObject({ master: { credentials: inputs.master.credentials } });
      expect(await joins.read(id, outs)).toEqual({ id, props: outs });
      await joins.delete(id, outs);
      expect(memberNames(master)).toEqual([]);
    },
  );

  test("rereads a file for each operation: a rotated password needs no up", async ({ secret }) => {
    const { env, files, by, process } = secret;
    const file = "/run/secrets/password";
    files.set(file, env.AT_SITE);
    const { id, outs } = await process().create(by({ env: "AT_MASTER" }, { file }));
    files.set(file, "not-the-password-any-more");
    await expect(process().read(id, outs)).rejects.toMatchObject({ kind: "login_rejected" });
    files.set(file, env.AT_SITE);
    await expect(process().read(id, outs)).resolves.toMatchObject({ id });
  });

  test("a missing secret stops before anything is sent, and is named", async ({ secret }) => {
    const { by, failure, master, site } = secret;
    const error = await failure(by({ env: "AT_MASTER" }, { env: "AT_SITE" }), { AT_SITE: undefined });
    expect(error).toMatchObject({ kind: "invalid_input" });
    expect(String(error)).toContain("environment variable AT_SITE");
    expect([...master.requests, ...site.requests]).toEqual([]);
  });

  test("an API key that is none is refused by its reference alone", async ({ secret: { inputs, failure } }) => {
    const controller = { ...inputs.controller, credentials: { apiKeyFrom: { env: "KEY" } } };
    expect(String(await failure({ ...inputs, controller }, { KEY: "canary-no-colon" }))).toContain(
      "environment variable KEY should hold an API key: expected name:secret",
    );
  });
});

describe("a join token that is kept elsewhere", () => {
  test("is used from a file, and neither it nor its reference is kept", async ({ secret }) => {
    const { withoutMint, process, master, files } = secret;
    const file = "/run/secrets/token";
    files.set(file, `${master.joinToken()}\n`);
    const { id, outs } = await process().create(withoutMint({ joinTokenFrom: { file } }));
    expect(memberNames(master)).toEqual([id]);
    expect(outs["joinTokenFingerprint"]).toMatch(/^[0-9a-f]{12}$/);
    expect(JSON.stringify(outs)).not.toContain(file);
  });

  test.for([
    ["a fixed token", "joinTokenFrom", "canary-fixed-token", /should hold a join token: .*base64 of \{"s":/],
    ["a plain URL", "joinTokenUrlFrom", "http://u:canary@127.0.0.1:1/t", /hold a join token URL: expected https/],
  ] as const)("%s is refused before the site is renamed", async ([, key, value, message], { secret }) => {
    const { withoutMint, failure, site } = secret;
    const error = await failure(withoutMint({ [key]: { env: "TOKEN" } }), { TOKEN: value });
    expect(error).toMatchObject({ kind: "invalid_input" });
    expect(String(error)).toMatch(message);
    expect(site.clusterName).toBe("cluster.local");
    expect(requestsOf(site, "POST", "/v1/fed/join")).toEqual([]);
  });

  test("comes from a URL with a bearer, both by reference, the bearer read at the fetch", async ({ secret }) => {
    const { withoutMint, process, master, network, files } = secret;
    const file = "/run/secrets/bearer";
    files.set(file, "canary-bearer\n");
    const asked: unknown[] = [];
    network.addServer({ server: "tokens.test", port: 443 }, ({ path, headers }) => {
      asked.push([path, headers["authorization"]]);
      return Promise.resolve({ status: 200, headers: {}, body: JSON.stringify({ context: master.joinToken() }) });
    });
    const inputs = withoutMint({
      joinTokenUrlFrom: { env: "TOKEN_URL" },
      joinTokenUrlOptions: { bearerFrom: { file } },
    });
    const { id } = await process({ TOKEN_URL: "https://tokens.test/t" }).create(inputs);
    expect(memberNames(master)).toEqual([id]);
    expect(asked).toEqual([["/t", ["Bearer canary-bearer"]]]);
  });
});
