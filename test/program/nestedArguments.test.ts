import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { NeuVectorExporter, type NeuVectorExporterArgs } from "../../stacks/src/component";
import { declareProgram, type DeclaredStack } from "../support/declareStack";

const args = {
  namespace: "neuvector",
  image: "registry.example.com/fedjoin-exporter:0.1.0",
  controller: {
    ...{ server: "192.168.8.209", port: 10443 },
    credentials: { username: "reader", password: "canary-password" },
    tls: { ca: "-----BEGIN CERTIFICATE-----", serverName: "neuvector" },
  },
  join: {
    ...{ storeId: "u2204a", joinVia: "master" as const },
    jointRest: { server: "192.168.8.209", port: 10443 },
    master: { rest: { server: "203.0.113.7" }, federation: { server: "203.0.113.7" }, tls: { fingerprint: "ab" } },
    joinTokenUrl: "https://tokens.example.com:8443/canary-url",
    joinTokenUrlOptions: { bearer: "canary-bearer", allowHttp: false },
    retry: { maxRetries: 3 },
  },
  networkPolicy: { scrapers: [] },
} satisfies NeuVectorExporterArgs;

const late = ["controller", "namespace", "jointRest", "master", "joinTokenUrl", "joinTokenUrlOptions", "retry"];

type Wrap = (value: unknown) => unknown;

const ways: readonly (readonly [string, Wrap])[] = [
  ["Outputs", (value) => pulumi.output("x").apply(() => value)],
  ["Promises", (value) => Promise.resolve(value)],
  ["Promises of Outputs", (value) => Promise.resolve(pulumi.output("x").apply(() => value))],
];

/** The mapping with everything wrapped that is in one of `late`, at every depth. */
function wrapped(value: unknown, wrap: Wrap, isInside = false): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => {
    const isLate = isInside || late.includes(key);
    const below = wrapped(inner, wrap, isLate);
    return [key, isLate ? wrap(below) : below];
  });
  return Object.fromEntries(entries);
}

const declare = (given: object) =>
  declareProgram(() => ({ address: new NeuVectorExporter("exporter-u2204a", given as NeuVectorExporterArgs).address }));

const texts = z.record(z.string(), z.string());

function inputsOf({ resources }: DeclaredStack, name: string) {
  return resources.find((resource) => resource.name === `exporter-u2204a-${name}`)?.inputs ?? {};
}

const settingsOf = (stack: DeclaredStack) => texts.parse(inputsOf(stack, "settings")["data"]);

/** The secrets that are given: an empty one counts as none. */
function secretsOf(stack: DeclaredStack) {
  const entries = Object.entries(texts.parse(inputsOf(stack, "secret")["stringData"]));
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}

describe("arguments of the exporter's component that come late", () => {
  test.each(ways)(
    "R15: mean the same as %s at every depth, and every secret is in the Secret alone",
    async (_, wrap) => {
      const [plain, stack] = [await declare(args), await declare(wrapped(args, wrap) as object)];
      expect(settingsOf(stack)).toEqual(settingsOf(plain));
      expect(secretsOf(stack)).toEqual(secretsOf(plain));
      expect(secretsOf(stack)["CTRL_PASSWORD"]).toBe("canary-password");
      expect(inputsOf(stack, "network")).toEqual(inputsOf(plain, "network"));
      expect(inputsOf(stack, "ca")["data"]).toMatchObject(texts.parse(inputsOf(plain, "ca")["data"]));
      const shown = stack.resources.map(({ inputs, secrets }) =>
        Object.entries(inputs).filter(([key]) => !secrets.includes(key)),
      );
      expect(JSON.stringify(shown)).not.toContain("canary");
    },
  );

  test("Outputs of undefined and null mean that nothing is given, for every optional one", async () => {
    const bare = {
      ...{ namespace: args.namespace, image: args.image },
      controller: { server: "c", port: 1, credentials: { username: "reader", password: "canary" } },
      join: { storeId: "s", joinVia: "master", jointRest: { server: "j", port: 1 }, master: {}, joinToken: "canary" },
    };
    const absent = (nothing: unknown, noSecret = nothing) => ({
      ...bare,
      controller: {
        ...bare.controller,
        credentials: { ...bare.controller.credentials, apiKey: noSecret },
        tls: nothing,
      },
      join: {
        ...bare.join,
        ...{ name: nothing, joinTokenUrl: noSecret, retry: nothing, credentials: nothing, mode: null },
        master: { rest: nothing, federation: nothing, tls: { ca: nothing, verify: nothing } },
        joinTokenUrlOptions: { bearer: noSecret, allowHttp: nothing, tls: nothing },
      },
      ...{ web: null, targets: null, monitoring: null, persistentState: null, networkPolicy: null, resources: null },
    });
    const plain = await declare(bare);
    for (const nothing of [null, pulumi.output(undefined), pulumi.output(null)]) {
      const stack = await declare(absent(nothing, nothing && pulumi.secret(nothing)));
      expect(settingsOf(stack)).toEqual(settingsOf(plain));
      expect(secretsOf(stack)).toEqual(secretsOf(plain));
    }
  });

  test("what decides which objects there are is refused in words", async () => {
    const program = () => declare({ ...args, join: pulumi.output(args.join) });
    await expect(program()).rejects.toThrow(/^join decides which objects the exporter has: expected a plain value/);
  });
});
