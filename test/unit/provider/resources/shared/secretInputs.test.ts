import { FedJoin } from "@fedjoin/provider/fedJoin";
import { NeuVectorUser } from "@fedjoin/provider/neuVectorUser";
import * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import {
  fedJoinSecrets,
  userSecrets,
  markSecretInputs,
} from "../../../../../provider/src/resources/shared/secretInputs";

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

/** FedJoin's arguments with a canary in each secret. */
const joinArgs = {
  storeId: "u2204a",
  master: {
    rest: { server: "hq.example.com", port: 10443, proxy: "http://u:canary@proxy.example:3128" },
    credentials: { username: "admin", password: "canary-master", apiKey: "canary:master-key" },
    tls: { verify: false },
  },
  controller: {
    server: "192.168.8.209",
    proxy: "http://u:canary@proxy.example:3128",
    credentials: { username: "site", password: "canary-site", apiKey: "canary:site-key" },
  },
  jointRest: { server: "192.168.8.209", port: 10443 },
  joinToken: "canary-token",
  joinTokenUrl: "https://canary.example.com",
  joinTokenUrlOptions: { allowHttp: true, bearer: "canary-bearer", proxy: "http://u:canary@proxy.example:3128" },
};

const userArgs = {
  controller: {
    server: "c",
    proxy: "http://u:canary@proxy.example:3128",
    credentials: { username: "admin", password: "canary-admin", apiKey: "canary:key" },
  },
  username: "reader",
  password: "canary-user",
  role: "reader" as const,
};

const secretPaths = [
  ...["master.credentials.password", "master.credentials.apiKey"],
  ...["controller.credentials.password", "controller.credentials.apiKey"],
  ...["joinToken", "joinTokenUrl", "joinTokenUrlOptions.bearer"],
  ...["master.rest.proxy", "controller.proxy", "joinTokenUrlOptions.proxy"],
];

const wrappers: readonly ((value: unknown) => unknown)[] = [
  (value) => value,
  (value) => pulumi.output("x").apply(() => value),
  (value) => Promise.resolve(value),
  (value) => Promise.resolve(pulumi.output("x").apply(() => value)),
  (value) => pulumi.output(Promise.resolve("x")).apply(() => Promise.resolve(value)),
];

/** `value` with every mapping and leaf in it wrapped as `choices` say, one after the other. */
function wrapped(value: unknown, choices: () => number): unknown {
  const inner = isMapping(value)
    ? Object.fromEntries(Object.entries(value).map(([key, below]) => [key, wrapped(below, choices)]))
    : value;
  return wrappers[choices() % wrappers.length]?.(inner);
}

/** The top level stays plain: the engine takes named inputs. */
function wrappedArgs(args: Mapping, choices: readonly number[]): Mapping {
  let next = 0;
  const choose = () => choices[next++ % choices.length] ?? 0;
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [key, wrapped(value, choose)]));
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What is plain in serialised inputs, and which paths are secret. */
function seen(value: unknown, path = ""): { readonly plain: unknown; readonly secrets: readonly string[] } {
  if (!isMapping(value)) return { plain: value, secrets: [] };
  if (secretSignature in value) return { plain: undefined, secrets: [path] };
  const below = Object.entries(value).map(
    ([key, inner]) => [key, seen(inner, path === "" ? key : `${path}.${key}`)] as const,
  );
  return {
    plain: Object.fromEntries(below.map(([key, { plain }]) => [key, plain]).filter(([, plain]) => plain !== undefined)),
    secrets: below.flatMap(([, { secrets }]) => secrets),
  };
}

/** What the engine is sent. The mocked one puts a secret around a whole argument, so it is looked at before that. */
async function sent(args: object, keys: Parameters<typeof markSecretInputs>[1]) {
  return seen(await pulumi.runtime.serializeProperties("test", markSecretInputs(args, keys)));
}

const choices = fc.array(fc.nat({ max: wrappers.length - 1 }), { minLength: 1, maxLength: 40 });

describe("a secret is secret under every nesting of Output, Promise and plain value", () => {
  test("in FedJoin's arguments, and what stands beside it stays plain", async () => {
    await fc.assert(
      fc.asyncProperty(choices, async (given) => {
        const { plain, secrets } = await sent(wrappedArgs(joinArgs, given), fedJoinSecrets);
        expect([...secrets].sort()).toEqual([...secretPaths].sort());
        expect(JSON.stringify(plain)).not.toContain("canary");
        expect(plain).toMatchObject({
          master: {
            rest: { server: "hq.example.com", port: 10443 },
            credentials: { username: "admin" },
            tls: { verify: false },
          },
          controller: { server: "192.168.8.209", credentials: { username: "site" } },
          jointRest: joinArgs.jointRest,
          joinTokenUrlOptions: { allowHttp: true },
        });
      }),
      { numRuns: 60 },
    );
  });

  test("in NeuVectorUser's arguments", async () => {
    await fc.assert(
      fc.asyncProperty(choices, async (given) => {
        const { plain, secrets } = await sent(wrappedArgs(userArgs, given), userSecrets);
        expect([...secrets].sort()).toEqual([
          "controller.credentials.apiKey",
          "controller.credentials.password",
          "controller.proxy",
          "password",
        ]);
        expect(plain).toMatchObject({
          controller: { server: "c", credentials: { username: "admin" } },
          username: "reader",
        });
      }),
      { numRuns: 30 },
    );
  });

  test("where a whole argument is made from one Output, as strict TypeScript accepts it", async () => {
    const host = pulumi.output("192.168.8.209");
    const join = new FedJoin("whole", {
      storeId: "u2204a",
      master: host.apply((server) => ({ rest: { server }, credentials: { username: "a", password: "canary-1" } })),
      controller: host.apply((server) => ({ server, credentials: { username: "b", password: "canary-2" } })),
      jointRest: host.apply((server) => ({ server, port: 10443 })),
    });
    const user = new NeuVectorUser("whole-user", {
      controller: host.apply((server) => ({ server, credentials: { username: "b", password: "canary-3" } })),
      ...{ username: "reader", password: host.apply(() => "canary-4"), role: "reader" },
    });
    for (const resource of [join, user]) {
      await new Promise<void>((resolve) => {
        resource.id.apply(() => {
          resolve();
        });
      });
    }
    const inputs = ["whole", "whole-user"].map((name) => seen(registered.get(name)));
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

describe("marking secrets", () => {
  test("keeps what is unknown in a preview unknown, alone, and its neighbours known", async () => {
    const late = pulumi.output(unknown as string);
    const marked = markSecretInputs(
      { controller: pulumi.output("c").apply((server) => ({ server, port: late, credentials: { password: late } })) },
      { controller: { credentials: { password: true } } },
    );
    const serialised = await pulumi.runtime.serializeProperties("test", marked);
    expect(serialised).toEqual({
      controller: {
        server: "c",
        port: pulumi.runtime.unknownValue,
        credentials: { password: pulumi.runtime.unknownValue },
      },
    });
  });

  test("leaves out a secret that is undefined or null", async () => {
    const marked = markSecretInputs({ a: undefined, b: null, c: "x" }, { a: true, b: true, c: true });
    expect(Object.keys(await pulumi.runtime.serializeProperties("test", marked))).toEqual(["c"]);
  });
});
