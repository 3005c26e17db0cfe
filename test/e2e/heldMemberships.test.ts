import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import {
  createJoinProject,
  fedJoinInputs,
  isFedJoin,
  type JoinProject,
  quietFlags,
  storedResources,
} from "@fedjoin/testbed";
import { type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { memberNames, at } from "../support/federation";

const timings = { cleanupMs: 20, probePauseMs: 5 };
const urnOf = (name: string, parent = "") =>
  `urn:pulumi:test::joins::${parent}pulumi-nodejs:dynamic/neuvector:FedJoin::${name}`;

let dir: string;
let project: JoinProject;
let federation: SimulatedFederation;

beforeAll(async () => {
  const tools = inject("tools");
  dir = await mkdtemp(join(tmpdir(), "fedjoin-held-"));
  project = await createJoinProject(tools, dir);
  federation = await startFederation({ sites: 2, selfSigned: true, timings });
});

afterAll(async () => {
  await federation.close();
  await rm(dir, { recursive: true, force: true });
});

/** A FedJoin of site 0 or 1. */
const joinOf = (site: number, storeId: string, more: object = {}) => ({
  ...fedJoinInputs(federation.master, at(federation.sites, site), storeId),
  ...more,
});

async function up(joins: Readonly<Record<string, object>>, ...options: string[]): Promise<string> {
  await project.declare(joins);
  return (await project.pulumi.run(["up", ...quietFlags, ...options])).stdout;
}

const memberships = () => federation.master.members().map(({ name, id }) => ({ name, id }));
const ids = async () =>
  (await storedResources(project.backendDir, "joins", "test")).filter(isFedJoin).map(({ id }) => id);

/** Every join, leave and removal that a controller was asked for. */
const changes = () =>
  [federation.master, ...federation.sites]
    .flatMap(({ requests }) => requests)
    .filter(({ method, path }) => method !== "GET" && /\/fed\/(join|leave|cluster\/.*)$/.test(path))
    .map(({ method, path }) => `${method} ${path}`);

interface Before {
  readonly members: readonly object[];
  readonly sent: readonly string[];
}

const now = (): Before => ({ members: memberships(), sent: changes() });

async function expectStill(before: Before, owned: readonly string[]): Promise<void> {
  expect(now()).toEqual(before);
  expect((await ids()).toSorted()).toEqual(owned.toSorted());
}

// One story: each test goes on where the one before ended.
test("a new logical name with a corrected store id, and a new component: adopted, no leave, no kick, then unchanged", async () => {
  await up({ a: joinOf(0, "first"), b: joinOf(1, "second") });
  const before = now();
  expect(before.members).toHaveLength(2);
  const renamed = { c: joinOf(0, "corrected"), b: joinOf(1, "second", { options: { parent: "shop:index:Group" } }) };
  const said = await up(renamed);
  expect(said).toContain(`${urnOf("c")} owns the membership of this site now`);
  await expectStill(before, memberNames(federation.master));
  await up(renamed, "--expect-no-changes");
});

test("an exchange of two sites, beside another component type: both stay members", async () => {
  const before = now();
  await up({ c: joinOf(1, "second"), b: joinOf(0, "corrected", { options: { parent: "shop:index:Shop" } }) });
  await expectStill(before, memberNames(federation.master));
});

test("a replacement by force, and one that deletes first: both stay members", async () => {
  const before = now();
  const b = joinOf(0, "corrected", { options: { parent: "shop:index:Shop", deleteBeforeReplace: true } });
  const parent = "shop:index:Shop$";
  await up({ c: joinOf(1, "second"), b }, "--replace", urnOf("c"), "--replace", urnOf("b", parent));
  await expectStill(before, memberNames(federation.master));
});

test("retainOnDelete on the old resource, and a tainted one: both stay members", async () => {
  const before = now();
  const c = joinOf(1, "second");
  await up({ c, r: joinOf(0, "corrected", { options: { retainOnDelete: true } }) });
  await up({ c, s: joinOf(0, "corrected") });
  await expectStill(before, memberNames(federation.master));
  await project.pulumi.run(["state", "taint", "--yes", urnOf("s")]);
  expect(await up({ c, s: joinOf(0, "corrected") })).toContain("replaced");
  await up({ c, b: joinOf(0, "corrected", { options: { parent: "shop:index:Shop" } }) });
  await expectStill(before, memberNames(federation.master));
});

test("two resources for one site are refused, by the constructor or by the provider, and both are named", async () => {
  const before = now();
  await project.declare({ c: joinOf(1, "second"), d: joinOf(1, "third") });
  const plain = await project.pulumi.tryRun(["preview", "--color", "never"]);
  expect(plain.code).not.toBe(0);
  expect(plain.stdout).toContain("FedJoin c and FedJoin d declare the same site. Declare it once.");
  await project.declare({ c: joinOf(1, "second"), d: joinOf(1, "third", { options: { isLater: true } }) });
  const later = await project.pulumi.tryRun(["preview", "--color", "never"]);
  expect(later.code).not.toBe(0);
  // The engine registers them in any order.
  const both = [urnOf("c"), urnOf("d")];
  const named = [both, both.toReversed()].map(
    (urns) => `${urns.join(" and ")} both declare the membership of this site`,
  );
  expect(named.some((words) => later.stdout.includes(words))).toBe(true);
  await expectStill(before, memberNames(federation.master));
});

test("a name that is to change without the old membership ending first is refused, and nothing is touched", async () => {
  const before = now();
  await project.declare({
    c: joinOf(1, "second", { name: "another", options: { deleteBeforeReplace: false } }),
    b: joinOf(0, "corrected", { options: { parent: "shop:index:Shop" } }),
  });
  const refused = await project.pulumi.tryRun(["up", ...quietFlags]);
  expect(refused.code).not.toBe(0);
  expect(refused.stdout).toContain("#membership_differs");
  await expectStill(before, memberNames(federation.master));
});

test("a run that was stopped between create and delete: the next one keeps each membership once", async () => {
  const before = now();
  await project.declare({ c: joinOf(1, "second"), e: joinOf(0, "corrected") });
  await project.interruptedUp([...quietFlags, "--replace", urnOf("c")]);
  expect(await ids()).toHaveLength(4);
  await up({ c: joinOf(1, "second"), e: joinOf(0, "corrected") });
  await expectStill(before, memberNames(federation.master));
});

test("--target of the old URN alone ends the membership, and the next up joins again", async () => {
  await up({ c: joinOf(1, "second"), f: joinOf(0, "corrected") }, "--target", urnOf("e"));
  expect(memberships()).toHaveLength(1);
  await up({ c: joinOf(1, "second"), f: joinOf(0, "corrected") });
  expect(memberNames(federation.master).toSorted()).toEqual((await ids()).toSorted());
});

test("--target of the old URN while the new one is in the state ends it too, and up --refresh joins again", async () => {
  const joins = { c: joinOf(1, "second"), g: joinOf(0, "corrected", { options: { replaceWith: ["c"] } }) };
  await project.declare(joins);
  await project.interruptedUp(quietFlags);
  await up(joins, "--target", urnOf("f"));
  expect(memberships()).toHaveLength(1);
  await up(joins, "--refresh");
  expect(memberships()).toHaveLength(2);
  expect(memberNames(federation.master).toSorted()).toEqual((await ids()).toSorted());
});

test("a replacement that replaceWith implies leaves and joins again where the other one deletes first", async () => {
  const joins = {
    c: joinOf(1, "second", { name: "another" }),
    g: joinOf(0, "corrected", { options: { replaceWith: ["c"] } }),
  };
  await up(joins);
  expect(memberships()).toHaveLength(2);
  expect(memberNames(federation.master).toSorted()).toEqual((await ids()).toSorted());
});

test("destroy with the old and the new resource in the state leaves nothing", async () => {
  await project.declare({ c: joinOf(1, "second", { name: "another" }), h: joinOf(0, "corrected") });
  await project.interruptedUp(quietFlags);
  expect(await ids()).toHaveLength(3);
  await project.pulumi.run(["destroy", ...quietFlags]);
  expect([memberships(), await ids()]).toEqual([[], []]);
  expect(federation.sites.map(({ role }) => role)).toEqual(["", ""]);
});

test("destroy --run-program ends a membership too, though the program declares it", async () => {
  await up({ c: joinOf(1, "second") });
  expect(memberships()).toHaveLength(1);
  await project.pulumi.run(["destroy", "--run-program", ...quietFlags]);
  expect([memberships(), await ids()]).toEqual([[], []]);
});
