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
      "keeps a resource under the alias of its previous name",
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

describe("a run that starts from a replacement that was not finished", () => {
  const first: Run = { operation: "up", parallel: 1 };
  const deletesFirst = [resource("a", { ...changed, deletesFirst: true })];

  test("creates what was deleted already, and deletes nothing twice", async () => {
    const failed = await history([first, [resource("a")]], [first, deletesFirst, ["create a"]]);
    expect(failed).toMatchObject({ calls: ["delete a1", "create a"], kept: ["a1"], succeeded: false });
    expect(failed.state.resources).toMatchObject([{ pendingReplacement: true }]);
    const found = await history([first, [resource("a")]], [first, deletesFirst, ["create a"]], [first, deletesFirst]);
    expect(found).toMatchObject({ calls: ["create a"], kept: ["a1"], succeeded: true });
  });

  test("forgets it without a call if nothing declares it any more", async () => {
    const found = await history([first, [resource("a")]], [first, deletesFirst, ["create a"]], [first, []]);
    expect(found).toMatchObject({ calls: [], kept: [], succeeded: true });
  });

  test("deletes first what would be replaced with it", async () => {
    const dependent = resource("b", { ...changed, value: outputOf("a", "id") });
    const told = await history([first, [resource("a"), dependent]], [first, [...deletesFirst, dependent]]);
    expect(told).toMatchObject({ calls: ["delete b2", "delete a1", "create a", "create b"], succeeded: true });
  });

  test("leaves alone what only waits for it", async () => {
    const after = [...deletesFirst, resource("b", { value: 1 }, { dependsOn: ["a"] })];
    const found = await history(
      [first, [resource("a"), resource("b", { value: 1 }, { dependsOn: ["a"] })]],
      [first, after],
    );
    expect(found).toMatchObject({ calls: ["delete a1", "create a"], succeeded: true });
  });
});

describe("with --continue-on-error", () => {
  const run: Run = { operation: "up", continueOnError: true, parallel: 1 };

  test("others are created, what needs the failed one is not, and nothing is deleted", async () => {
    const program = [resource("a"), resource("b", {}, { dependsOn: ["a"] }), resource("c")];
    const found = await history([up, [resource("old")]], [run, program, ["create a"]]);
    expect(found).toMatchObject({ calls: ["create a", "create c"], kept: ["c2", "old1"], succeeded: false });
  });

  test("a destroy keeps what the failed one needs", async () => {
    const program = [resource("a"), resource("b", {}, { dependsOn: ["a"] }), resource("c")];
    const destroy: Run = { ...run, operation: "destroy" };
    const found = await history([{ ...up, parallel: 1 }, program], [destroy, [], ["delete b3"]]);
    expect(found).toMatchObject({ kept: ["a1", "b3"], succeeded: false });
  });

  test("a delete before a replacement that fails leaves the engine waiting", async () => {
    const { provider } = recorder(["delete a1"]);
    const { state } = await history([up, [resource("a")]]);
    const after = [resource("a", { ...changed, deletesFirst: true })];
    const ended = runEngine(run, after, state, provider, { checkpoint: () => undefined });
    const later = new Promise((resolve) => setImmediate(resolve, "waiting"));
    expect(await Promise.race([ended, later])).toBe("waiting");
  });
});

test("an output of a resource that is excluded is missing", async () => {
  const program = [resource("a"), resource("b", { value: outputOf("a", "id") })];
  const excluding: Run = { ...up, excludes: [urn("a")], parallel: 1 };
  const found = await history([excluding, program]);
  expect(found.state.resources).toMatchObject([{ id: "b1", inputs: { name: "b" } }]);
  expect(found.state.resources[0]?.inputs).not.toHaveProperty("value");
});

describe("a state that the engine itself makes invalid", () => {
  const excluded: Run = { ...up, excludes: [urn("a")], parallel: 1 };
  const program = [resource("a"), resource("b", {}, { dependsOn: ["a"] })];

  test("comes from an excluded resource that another one needs, and fails the run", async () => {
    expect(await history([excluded, program])).toMatchObject({ calls: ["create b"], kept: ["b1"], succeeded: false });
  });

  test("is refused by the next run", async () => {
    expect(await history([excluded, program], [up, program])).toMatchObject({
      calls: [],
      kept: ["b1"],
      succeeded: false,
    });
  });
});

test("an import with outputs stores them without a read, once; the next up finds them as they are", async () => {
  const values = { name: "a" };
  const imports = [{ type, name: "a", id: "there", inputs: values, outputs: values }];
  const load: Run = { operation: "import", imports };
  const found = await history([load, []], [load, []], [up, [resource("a")]]);
  expect(found).toMatchObject({ calls: [], kept: ["there"], succeeded: true });
  const another: Run = { operation: "import", imports: [{ type, name: "a", id: "elsewhere", outputs: values }] };
  expect(await history([load, []], [another, []])).toMatchObject({ kept: ["there"], succeeded: false });
});

test("an import of a dynamic resource fails", async () => {
  const found = await history([up, [resource("a", {}, { import: "there" })]]);
  expect(found).toMatchObject({ calls: [], kept: [], succeeded: false });
  const imports = [{ type, name: "a", id: "there" }];
  expect(await history([{ operation: "import", imports }, []])).toMatchObject({ kept: [], succeeded: false });
});

test("a preview asks for differences and changes nothing", async () => {
  const preview: Run = { operation: "up", preview: true };
  expect(await history([up, [resource("a")]], [preview, [resource("a", changed), resource("b")]])).toMatchObject({
    calls: [],
    kept: ["a1"],
    succeeded: true,
  });
});

test("the stack's own resources are all that a run changes", async () => {
  const { state } = await history([up, [resource("a")]]);
  const { calls, provider } = recorder();
  const other = emptyState({ project: "p", stack: "other" });
  const result = await runEngine(up, [resource("a")], other, provider, { checkpoint: () => undefined });
  expect(calls).toEqual(["create a"]);
  expect(result.state.resources[0]?.urn).not.toBe(state.resources[0]?.urn);
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
