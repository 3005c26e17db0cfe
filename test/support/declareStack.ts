import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import * as z from "zod";
import { readConfig } from "../../stacks/src/deploy/readConfig";
import { deployEnvironment } from "../../stacks/src/deploy/environment";

/** A resource as the program hands it to the engine. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  /** Inputs, with secrets shown. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Top-level inputs that are secret or hold one; the mocked engine tells no deeper. */
  readonly secrets: readonly string[];
  /** Name of the provider that makes it; empty for the default one. */
  readonly provider: string;
}

export interface DeclaredStack {
  readonly resources: readonly Declared[];
  readonly outputs: unknown;
}

const mapping = z.record(z.string(), z.unknown());

/** What FedJoin gives back in a real deployment. */
const joined = { clusterName: "u2204a-Xy9K2m", clusterId: "c1", role: "joint", status: "joined" };

/**
 * The stack's program run with a configuration in YAML, where `found` are objects that are read, by their ids.
 * @throws RunError as the program does.
 */
export async function declareStack(yaml: string, found: Readonly<Record<string, object>> = {}): Promise<DeclaredStack> {
  const sections = Object.entries(mapping.parse(parse(yaml)));
  const config = Object.fromEntries(sections.map(([key, value]) => [`fedjoin:${key}`, JSON.stringify(value)]));
  return declareProgram(() => {
    pulumi.runtime.setAllConfig({ ...config, "kubernetes:context": "another program's" });
    return deployEnvironment(readConfig({}));
  }, found);
}

/** A program run to its end against a mocked engine. */
export async function declareProgram(
  program: () => object,
  found: Readonly<Record<string, object>> = {},
): Promise<DeclaredStack> {
  const resources: Declared[] = [];
  const newResource = (args: pulumi.runtime.MockResourceArgs) => {
    const declared = declaredOf(args);
    resources.push(declared);
    const metadata = {
      name: `${args.name}-0123abcd`,
      uid: `uid of ${args.id ?? args.name} in ${declared.provider}`,
      ...mapping.parse(declared.inputs["metadata"] ?? {}),
    };
    const read = found[args.id ?? ""];
    return {
      id: args.name,
      state: { ...declared.inputs, metadata, ...read, ...(args.type.endsWith("FedJoin") && joined) },
    };
  };
  await pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "fedjoin", "dev", false);
  const declared = pulumi.output(program());
  const outputs = await new Promise<unknown>((resolve) => {
    declared.apply(resolve);
  });
  await pulumi.runtime.disconnect();
  return { resources, outputs };
}

/** The one resource of a type. */
export function only({ resources }: DeclaredStack, type: string): Declared {
  const [found, another] = resources.filter((resource) => resource.type === type);
  if (found === undefined || another !== undefined) throw new Error(`expected one ${type}`);
  return found;
}

function declaredOf({ type, name, inputs, provider = "" }: pulumi.runtime.MockResourceArgs): Declared {
  const entries = Object.entries(mapping.parse(inputs));
  const secrets = entries.filter(([, value]) => pulumi.runtime.isRpcSecret(value)).map(([key]) => key);
  const shown = entries.map(([key, value]): [string, unknown] => [key, pulumi.runtime.unwrapRpcSecret(value)]);
  return { type, name, inputs: Object.fromEntries(shown), secrets, provider: provider.split("::").at(-2) ?? "" };
}
