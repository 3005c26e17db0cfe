import { describe, expect, test } from "vitest";
import {
  createUrn,
  dynamicProvider,
  type DynamicLifecycle,
  emptyState,
  type EngineState,
  outputOf,
  type Program,
  type Registration,
  type ResourceOptions,
  type Run,
  runEngine,
} from "@fedjoin/simulation";

const stack = { project: "p", stack: "s" };
const type = "t:m:R";
const urn = (name: string, parent?: string): string => createUrn(stack, type, name, parent);

/** A provider that takes `replaces` and `deletesFirst` from the new inputs, and fails for the calls in `broken`. */
function recorder(broken: readonly string[] = [], gone: readonly string[] = []) {
  const calls: string[] = [];
  const call = (text: string): void => {
    calls.push(text);
    if (broken.includes(text)) throw new Error(`${text} failed`);
  };
  let created = 0;
  const lifecycle: DynamicLifecycle = {
    check: (_olds, news) => Promise.resolve({ inputs: news }),
    diff: (_id, olds, news) =>
      Promise.resolve({
        changes: olds["value"] !== news["value"],
        replaces: olds["value"] !== news["value"] && news["replaces"] === true ? ["value"] : [],
        deleteBeforeReplace: news["deletesFirst"] === true,
      }),
    async create(inputs) {
      await Promise.resolve();
      created++;
      call(`create ${String(inputs["name"])}`);
      return { id: `${String(inputs["name"])}${created}`, outs: inputs };
    },
    async read(id, props) {
      await Promise.resolve();
      call(`read ${id}`);
      return gone.includes(id) ? {} : { id, props };
    },
    async update(id, _olds, news) {
      await Promise.resolve();
      call(`update ${id}`);
      return { outs: news };
    },
    async delete(id) {
      await Promise.resolve();
      call(`delete ${id}`);
    },
  };
  return { calls, provider: dynamicProvider({ [type]: lifecycle }) };
}

const resource = (name: string, inputs: object = {}, options: ResourceOptions = {}): Registration => ({
  type,
  name,
  inputs: { name, ...inputs },
  options,
});

async function history(...runs: [Run, Program, string[]?, string[]?][]) {
  let state: EngineState = emptyState(stack);
  const calls: string[][] = [];
  let succeeded = true;
  for (const [run, program, broken, gone] of runs) {
    const { calls: made, provider } = recorder(broken, gone);
    const result = await runEngine(run, program, state, provider, { checkpoint: () => undefined });
    ({ state, succeeded } = result);
    calls.push(made);
  }
  const kept = state.resources.map(({ id, delete: isDeleted }) => (isDeleted ? `${id} to delete` : id));
  return { calls: calls.at(-1), kept, succeeded, state };
}

const up: Run = { operation: "up" };
const changed = { value: 2, replaces: true };

describe("an up", () => {
  test.each<[string, Program, Program, string[], string[]]>([
    ["creates", [], [resource("a")], ["create a"], ["a1"]],
    ["leaves alone what did not change", [resource("a")], [resource("a")], [], ["a1"]],
    ["updates", [resource("a")], [resource("a", { value: 2 })], ["update a1"], ["a1"]],
    ["deletes what is not declared any more", [resource("a")], [], ["delete a1"], []],
    ["creates before it deletes", [resource("a")], [resource("a", changed)], ["create a", "delete a1"], ["a1"]],
    [
      "deletes before it creates if the diff says so",
      [resource("a")],
      [resource("a", { ...changed, deletesFirst: true })],
      ["delete a1", "create a"],
      ["a1"],
    ],
    [
      "deletes before it creates if the option says so",
      [resource("a")],
      [resource("a", changed, { deleteBeforeReplace: true })],
      ["delete a1", "create a"],
      ["a1"],
    ],
    ["gives a new name a new resource", [resource("a")], [resource("b")], ["create b", "delete a1"], ["b1"]],
    [
      "keeps a resource under the alias of its former name",
      [resource("a")],
      [{ ...resource("b", {}, { aliases: [{ name: "a" }] }), inputs: { name: "a" } }],
      [],
      ["a1"],
    ],
    [
      "deletes in reverse order",
      [resource("a"), resource("b", {}, { dependsOn: ["a"] })],
      [],
      ["delete b2", "delete a1"],
      [],
    ],
    ["leaves to itself what is retained on delete", [resource("a", {}, { retainOnDelete: true })], [], [], []],
  ])("%s", async (_does, before, after, calls, kept) => {
    expect(await history([up, before], [up, after])).toMatchObject({ calls, kept, succeeded: true });
  });
});

test("an output of one is an input of another, once it is there", async () => {
  const program = [resource("a"), resource("b", { value: outputOf("a", "id") })];
  const { state } = await history([up, program]);
  expect(state.resources.map(({ inputs }) => inputs["value"])).toEqual([undefined, "a1"]);
  expect(state.resources[1]).toMatchObject({ dependencies: [urn("a")], propertyDependencies: { value: [urn("a")] } });
});

test("a create that fails leaves nothing, and a killed one an operation that is pending", async () => {
  expect(await history([up, [resource("a")], ["create a"]])).toMatchObject({ kept: [], succeeded: false });
  const checkpoints: EngineState[] = [];
  const never = dynamicProvider({ [type]: { create: () => new Promise(() => undefined) } });
  void runEngine(up, [resource("a")], emptyState(stack), never, {
    checkpoint: (state) => void checkpoints.push(state),
  });
  await new Promise(setImmediate);
  expect(checkpoints.at(-1)?.pendingOperations).toMatchObject([{ type: "creating", resource: { urn: urn("a") } }]);
});

test("a delete that fails after the replacement was created is repeated", async () => {
  const after = [resource("a", changed)];
  const failed = await history([up, [resource("a")]], [up, after, ["delete a1"]]);
  expect(failed).toMatchObject({ kept: ["a1", "a1 to delete"], succeeded: false });
  expect(await history([up, [resource("a")]], [up, after, ["delete a1"]], [up, after])).toMatchObject({
    calls: ["delete a1"],
    kept: ["a1"],
  });
});

test("a refresh drops what is gone", async () => {
  const found = await history([up, [resource("a"), resource("b")]], [{ operation: "refresh" }, [], [], ["a1"]]);
  expect(found).toMatchObject({ calls: ["read a1", "read b2"], kept: ["b2"], succeeded: true });
});

test("a destroy refuses what is protected", async () => {
  const protectedOne = [resource("a", {}, { protect: true }), resource("b")];
  const found = await history([up, protectedOne], [{ operation: "destroy" }, []]);
  expect(found).toMatchObject({ calls: ["delete b2"], kept: ["a1"], succeeded: false });
});

test("a targeted up changes its target alone", async () => {
  const before = [resource("a"), resource("b")];
  const after = [resource("a", { value: 2 }), resource("b", { value: 2 }), resource("c")];
  const found = await history([up, before], [{ ...up, targets: [urn("b")] }, after]);
  expect(found).toMatchObject({ calls: ["update b2"], kept: ["a1", "b2"], succeeded: true });
});
