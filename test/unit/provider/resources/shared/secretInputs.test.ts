import { FedJoin } from "@fedjoin/provider/fedJoin";
import { NeuVectorUser } from "@fedjoin/provider/neuVectorUser";
import * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { markSecretInputs } from "../../../../../provider/src/resources/shared/secretInputs";
import { fedJoinSecrets, userSecrets } from "../../../../../provider/src/resources/shared/secretKeys";

type Mapping = Readonly<Record<string, unknown>>;

const secretSignature = "4dabf18193072939515e22adb298388d";
const registered = new Map<string, unknown>();

beforeAll(() =>
  pulumi.runtime.setMocks({
    newResource: ({ inputs, name }) => {
      registered.set(name, inputs);
      return { id: name, state: {} };
    },
    call: () => ({}),
  }),
);

/** The inputs that resources were registered with. */
async function registeredInputs(...resources: pulumi.CustomResource[]): Promise<unknown[]> {
  const ids = await Promise.all(resources.map(({ id }) => new Promise<string>((resolve) => id.apply(resolve))));
  return ids.map((id) => registered.get(id));
}

const proxy = "http://u:canary@proxy.example:3128";
const account = (username: string) => ({ username, password: "canary-password", apiKey: "canary:key" });
const plainJoin = {
  storeId: "u2204a",
  master: { rest: { server: "hq.example", port: 10443 }, credentials: { username: "admin" }, tls: { verify: false } },
  controller: { server: "192.168.8.209", credentials: { username: "site" } },
  jointRest: { server: "192.168.8.209", port: 10443 },
  joinTokenUrlOptions: { allowHttp: true },
};
/** FedJoin's arguments with a canary in each secret. */
const joinArgs = {
  ...plainJoin,
  master: { ...plainJoin.master, rest: { ...plainJoin.master.rest, proxy }, credentials: account("admin") },
  controller: { ...plainJoin.controller, proxy, credentials: account("site") },
  ...{ joinToken: "canary-token", joinTokenUrl: "https://canary.example.com" },
  joinTokenUrlOptions: { allowHttp: true, bearer: "canary-bearer", proxy },
};
const plainUser = {
  controller: { server: "c", credentials: { username: "admin" } },
  username: "reader",
  role: "reader",
};
const userArgs = {
  ...plainUser,
  controller: { server: "c", proxy, credentials: account("admin") },
  password: "canary-user",
};

const wrappers: readonly ((value: unknown) => unknown)[] = [
  (value) => value,
  (value) => pulumi.output("x").apply(() => value),
  (value) => Promise.resolve(value),
  (value) => Promise.resolve(pulumi.output("x").apply(() => value)),
  (value) => pulumi.output(Promise.resolve("x")).apply(() => Promise.resolve(value)),
];

const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Every mapping and leaf of the arguments wrapped as `choices` say; the engine takes named inputs, so the top stays plain. */
function wrapped(args: Mapping, choices: readonly number[]): Mapping {
  let next = 0;
  const wrap = (value: unknown): unknown => {
    const choice = choices[next++ % choices.length] ?? 0;
    return wrappers[choice]?.(isMapping(value) ? inside(value) : value);
  };
  const inside = (value: Mapping): Mapping =>
    Object.fromEntries(Object.entries(value).map(([key, below]) => [key, wrap(below)]));
  return inside(args);
}

/** What is plain in serialised inputs, and which paths are secret. */
function seen(value: unknown, path: readonly string[] = []): { readonly plain: unknown; readonly secrets: string[] } {
  if (!isMapping(value)) return { plain: value, secrets: [] };
  if (secretSignature in value) return { plain: undefined, secrets: [path.join(".")] };
  const below = Object.entries(value).map(([key, inner]) => [key, seen(inner, [...path, key])] as const);
  return {
    plain: Object.fromEntries(below.flatMap(([key, { plain }]) => (plain === undefined ? [] : [[key, plain]]))),
    secrets: below.flatMap(([, { secrets }]) => secrets),
  };
}

describe("a secret is secret under every nesting of Output, Promise and plain value", () => {
  const ofController = ["controller.credentials.apiKey", "controller.credentials.password", "controller.proxy"];
  const ofMaster = ["master.credentials.apiKey", "master.credentials.password", "master.rest.proxy"];
  const ofToken = ["joinToken", "joinTokenUrl", "joinTokenUrlOptions.bearer", "joinTokenUrlOptions.proxy"];

  test.each<[string, Mapping, Parameters<typeof markSecretInputs>[1], string[], object]>([
    ["FedJoin", joinArgs, fedJoinSecrets, [...ofController, ...ofMaster, ...ofToken], plainJoin],
    ["NeuVectorUser", userArgs, userSecrets, [...ofController, "password"], plainUser],
  ])("in the arguments of a %s, and what stands beside it stays plain", async (_what, args, keys, secrets, plain) => {
    const choices = fc.array(fc.nat({ max: wrappers.length - 1 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(choices, async (given) => {
        // The mocked engine puts a secret around a whole argument, so it is looked at before that.
        const sent = await pulumi.runtime.serializeProperties("test", markSecretInputs(wrapped(args, given), keys));
        const found = seen(sent);
        expect(found.secrets.toSorted()).toEqual(secrets.toSorted());
        expect(found.plain).toEqual(plain);
      }),
      { numRuns: 50 },
    );
  });

  test("where a whole argument is made from one Output, as strict TypeScript accepts it", async () => {
    const host = pulumi.output("192.168.8.209");
    const controller = host.apply((server) => ({ server, credentials: { username: "b", password: "canary-2" } }));
    const join = new FedJoin("whole", {
      ...{ storeId: "u2204a", controller },
      master: host.apply((server) => ({ rest: { server }, credentials: { username: "a", password: "canary-1" } })),
      jointRest: host.apply((server) => ({ server, port: 10443 })),
    });
    const password = host.apply(() => "canary-4");
    const user = new NeuVectorUser("whole-user", { controller, username: "reader", password, role: "reader" });
    const inputs = (await registeredInputs(join, user)).map((each) => seen(each));
    expect(inputs.map(({ secrets }) => secrets)).toEqual([
      ["controller", "master"],
      ["controller", "password"],
    ]);
    expect(JSON.stringify(inputs)).not.toContain("canary");
  });

  test("arguments that are an Output themselves are refused in words", () => {
    const args = pulumi.output(joinArgs) as unknown as typeof joinArgs;
    expect(() => new FedJoin("late", args)).toThrow(/plain object/);
  });
});

test("references reach the provider as they are", async () => {
  const references = {
    master: { rest: { server: "m" }, credentials: { username: "admin", passwordFrom: { env: "MASTER_PASSWORD" } } },
    joinTokenUrlFrom: { file: "/run/url" },
  };
  const join = new FedJoin("references", {
    ...{ storeId: "u2204a", ...references, jointRest: { server: "c", port: 10443 } },
    controller: { server: "c", credentials: { apiKeyFrom: { command: ["vault", pulumi.output("read")] } } },
    joinTokenUrlOptions: { bearerFrom: { file: pulumi.output("/run/bearer") } },
  });
  expect(await registeredInputs(join)).toMatchObject([
    {
      ...references,
      controller: { credentials: { apiKeyFrom: { command: ["vault", "read"] } } },
      joinTokenUrlOptions: { bearerFrom: { file: "/run/bearer" } },
    },
  ]);
});

describe("marking secrets", () => {
  test("keeps what is unknown in a preview unknown, alone, and its neighbours known", async () => {
    const late = pulumi.output(unknown as string);
    const controller = pulumi.output("c").apply((server) => ({ server, port: late, credentials: { password: late } }));
    const marked = markSecretInputs({ controller }, { controller: { credentials: { password: true } } });
    const { unknownValue } = pulumi.runtime;
    expect(await pulumi.runtime.serializeProperties("test", marked)).toEqual({
      controller: { server: "c", port: unknownValue, credentials: { password: unknownValue } },
    });
  });

  test("leaves out a secret that is undefined or null", async () => {
    const marked = markSecretInputs({ a: undefined, b: null, c: "x" }, { a: true, b: true, c: true });
    expect(Object.keys(await pulumi.runtime.serializeProperties("test", marked))).toEqual(["c"]);
  });
});
