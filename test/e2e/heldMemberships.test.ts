import { expect, test } from "vitest";
import { fedJoinInputs, quietFlags } from "@fedjoin/testbed";
import {
  destroy,
  federationOfFile,
  joinProjectOfFile,
  refused,
  storedFedJoins,
  up as deploy,
} from "../support/deployments";
import { memberNames, at, membershipChanges } from "../support/federation";

const urnOf = (name: string) => `urn:pulumi:test::joins::pulumi-nodejs:dynamic/neuvector:FedJoin::${name}`;

const project = joinProjectOfFile();
const federation = federationOfFile({ sites: 2 });

/** A FedJoin of site 0 or 1. */
const joinOf = (site: number, storeId: string, more: object = {}) => ({
  ...fedJoinInputs(federation.master, at(federation.sites, site), storeId),
  ...more,
});

async function up(joins: Readonly<Record<string, object>>, ...options: string[]): Promise<string> {
  await project.declare(joins);
  return (await deploy(project, ...options)).stdout;
}

const memberships = () => federation.master.members().map(({ name, id }) => ({ name, id }));
const ids = async () => (await storedFedJoins(project.backendDir, "joins", "test")).map(({ id }) => id);

const now = () => ({ members: memberships(), sent: membershipChanges([federation.master, ...federation.sites]) });

/** Nobody joined, left or was removed, and each membership has one resource. */
async function expectStill(before: ReturnType<typeof now>): Promise<void> {
  expect(now()).toEqual(before);
  expect((await ids()).toSorted()).toEqual(memberNames(federation.master).toSorted());
}

// One story: each test goes on where the one before ended.
test("a new logical name with a corrected store id, and a new component: adopted, no leave, no kick", async () => {
  await up({ a: joinOf(0, "first"), b: joinOf(1, "second") });
  const before = now();
  expect(before.members).toHaveLength(2);
  const b = joinOf(1, "second", { options: { parent: "shop:index:Group" } });
  const said = await up({ c: joinOf(0, "corrected"), b });
  expect(said).toContain(`${urnOf("c")} owns the membership of this site now`);
  await expectStill(before);
});

test("an exchange of two sites, beside another component type, and then a replacement by force: both stay members", async () => {
  const before = now();
  const b = joinOf(0, "corrected", { options: { deleteBeforeReplace: true } });
  await up({ c: joinOf(1, "second"), b });
  await expectStill(before);
  await up({ c: joinOf(1, "second"), b }, "--replace", urnOf("c"), "--replace", urnOf("b"));
  await expectStill(before);
});

test("retainOnDelete on the old resource, and a tainted one: both stay members", async () => {
  const before = now();
  const c = joinOf(1, "second");
  await up({ c, r: joinOf(0, "corrected", { options: { retainOnDelete: true } }) });
  await up({ c, s: joinOf(0, "corrected") });
  await project.pulumi.run(["state", "taint", "--yes", urnOf("s")]);
  expect(await up({ c, s: joinOf(0, "corrected") })).toContain("replaced");
  await expectStill(before);
});

test("two resources for one site are refused, by the constructor or by the provider, and both are named", async () => {
  const before = now();
  await project.declare({ c: joinOf(1, "second"), d: joinOf(1, "third") });
  expect(await refused(project, "preview", "--color", "never")).toContain(
    "FedJoin c and FedJoin d declare the same site. Declare it once.",
  );
  await project.declare({ c: joinOf(1, "second"), d: joinOf(1, "third", { options: { isLater: true } }) });
  // The engine registers them in any order.
  const [c, d] = [urnOf("c"), urnOf("d")];
  expect(await refused(project, "preview", "--color", "never")).toMatch(
    new RegExp(`(${c} and ${d}|${d} and ${c}) both declare the membership of this site`),
  );
  await expectStill(before);
});

test("a run that was stopped between create and delete: the next one keeps each membership once", async () => {
  const before = now();
  await project.declare({ c: joinOf(1, "second"), e: joinOf(0, "corrected") });
  await project.interruptedUp([...quietFlags, "--replace", urnOf("c")]);
  expect(await ids()).toHaveLength(4);
  await up({ c: joinOf(1, "second"), e: joinOf(0, "corrected") });
  await expectStill(before);
});

test("--target of the old URN alone ends the membership, and the next up joins again", async () => {
  await up({ c: joinOf(1, "second"), f: joinOf(0, "corrected") }, "--target", urnOf("e"));
  expect(memberships()).toHaveLength(1);
  await up({ c: joinOf(1, "second"), f: joinOf(0, "corrected") });
  expect(memberNames(federation.master).toSorted()).toEqual((await ids()).toSorted());
});

test("a replacement that replaceWith implies leaves and joins again where the other one deletes first", async () => {
  const g = joinOf(0, "corrected", { options: { replaceWith: ["c"] } });
  await up({ c: joinOf(1, "second", { name: "another" }), g });
  expect(memberships()).toHaveLength(2);
  expect(memberNames(federation.master).toSorted()).toEqual((await ids()).toSorted());
});

test("destroy with the old and the new resource in the state leaves nothing", async () => {
  await project.declare({ c: joinOf(1, "second", { name: "another" }), h: joinOf(0, "corrected") });
  await project.interruptedUp(quietFlags);
  expect(await ids()).toHaveLength(3);
  await destroy(project);
  expect([memberships(), await ids()]).toEqual([[], []]);
  expect(federation.sites.map(({ role }) => role)).toEqual(["", ""]);
});

test("destroy --run-program ends a membership too, though the program declares it", async () => {
  await up({ c: joinOf(1, "second") });
  expect(memberships()).toHaveLength(1);
  await destroy(project, "--run-program");
  expect([memberships(), await ids()]).toEqual([[], []]);
});
