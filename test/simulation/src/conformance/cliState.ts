import * as z from "zod";
import type { EngineState, StateResource } from "../engine/state";
import { stackUrn } from "../engine/urn";
import { stack } from "./history";

const properties = z.record(z.string(), z.unknown()).default({});
const urns = z.array(z.string()).default([]);
const flag = z.boolean().default(false);

const resource = z.object({
  urn: z.string(),
  type: z.string(),
  custom: z.boolean(),
  delete: flag,
  id: z.string().default(""),
  inputs: properties,
  outputs: properties,
  parent: z.string().optional(),
  dependencies: urns,
  propertyDependencies: z.record(z.string(), urns.nullable()).default({}),
  protect: flag,
  retainOnDelete: flag,
  deletedWith: z.string().optional(),
  replaceWith: urns,
  ignoreChanges: urns,
  replaceOnChanges: urns,
  pendingReplacement: flag,
  initErrors: urns,
  taint: flag,
  importID: z.string().optional(),
});

const file = z.object({
  checkpoint: z
    .object({
      latest: z
        .object({
          resources: z.array(resource).default([]),
          pending_operations: z
            .array(z.object({ resource, type: z.enum(["creating", "updating", "deleting", "reading", "importing"]) }))
            .default([]),
        })
        .optional(),
    })
    .default({}),
});

/** The state in a file of the CLI, without the stack and its providers, which the model has not. */
export function stateFrom(text: string): EngineState {
  const { latest } = file.parse(JSON.parse(text)).checkpoint;
  return {
    ...stack,
    resources: (latest?.resources ?? []).filter(isModelled).map(resourceFrom),
    pendingOperations: (latest?.pending_operations ?? [])
      .filter((each) => isModelled(each.resource))
      .map((each) => ({ type: each.type, resource: resourceFrom(each.resource) })),
  };
}

type Stored = z.infer<typeof resource>;

const isModelled = ({ type }: Stored): boolean =>
  type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:");

function resourceFrom(stored: Stored): StateResource {
  const { importID, parent, propertyDependencies, ...others } = stored;
  return {
    ...others,
    inputs: withoutProvider(stored.inputs),
    outputs: withoutProvider(stored.outputs),
    parent: parent === stackUrn(stack) ? undefined : parent,
    deletedWith: stored.deletedWith,
    importId: importID,
    propertyDependencies: Object.fromEntries(
      Object.entries(propertyDependencies).flatMap(([key, found]) =>
        found === null || found.length === 0 ? [] : [[key, found]],
      ),
    ),
  };
}

const withoutProvider = (props: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(props).filter(([key]) => key !== "__provider"));
