import type { Program, Registration, ResourceOptions } from "../engine/program";
import { type SeededRandom } from "@fedjoin/simulator";
import { thingType } from "./thing";

const componentType = "conformance:index:Group";

/** A program of one to five resources. */
export function drawProgram(random: SeededRandom, isSequential: boolean): Program {
  const count = 1 + random.below(5);
  const program: Registration[] = [];
  for (let index = 0; index < count; index++) program.push(drawRegistration(random, program, isSequential));
  return program;
}

const letters = ["a", "b", "c", "d", "e", "f", "g", "h"] as const;

function drawRegistration(random: SeededRandom, earlier: Program, isSequential: boolean): Registration {
  const name = letters.find((letter) => earlier.every((each) => each.name !== letter)) ?? "z";
  if (random.chance(12)) {
    return { type: componentType, name, component: true, inputs: {}, options: {}, ...awaits(earlier, isSequential) };
  }
  const things = earlier.filter(({ component }) => component !== true);
  const source = pickOne(random, things);
  return {
    type: thingType,
    name,
    inputs: {
      key: name,
      value: drawValue(random),
      ...(random.chance(40) && { replaces: true }),
      ...(random.chance(20) && { deletesFirst: true }),
      ...(random.chance(15) && { cannotTell: true }),
      ...(source !== undefined &&
        random.chance(35) && { reference: { outputOf: source.name, key: random.pick(["id", "out", "value"]) } }),
    },
    options: drawOptions(random, earlier, isSequential),
    ...awaits(earlier, isSequential),
  };
}

const awaits = (earlier: Program, isSequential: boolean) => {
  const last = earlier.at(-1);
  return isSequential && last !== undefined ? { awaits: [last.name] } : {};
};

export const drawValue = (random: SeededRandom): string => random.pick(["one", "two", "three"]);

function drawOptions(random: SeededRandom, earlier: Program, isSequential: boolean): ResourceOptions {
  const things = earlier.filter(({ component }) => component !== true);
  const parent = pickOne(random, earlier);
  // What depends on its own component would wait for itself.
  const outside = isSequential ? earlier.filter((each) => !isAbove(each, parent, earlier)) : things;
  const [needed, partner, owner] = [outside, things, things].map((items) => pickOne(random, items));
  return {
    ...(parent !== undefined && random.chance(parent.component === true ? 70 : 10) && { parent: parent.name }),
    ...(needed !== undefined && random.chance(30) && { dependsOn: [needed.name] }),
    ...(partner !== undefined && random.chance(8) && { replaceWith: [partner.name] }),
    ...(owner !== undefined && random.chance(6) && { deletedWith: owner.name }),
    ...(random.chance(6) && { protect: true }),
    ...(random.chance(8) && { retainOnDelete: true }),
    ...(random.chance(15) && { deleteBeforeReplace: random.chance(70) }),
    ...(random.chance(6) && { replaceOnChanges: [random.pick(["value", "*"])] }),
    ...(random.chance(6) && { ignoreChanges: ["value"] }),
    ...(random.chance(2) && { import: "imported" }),
  };
}

const isAbove = (candidate: Registration, registration: Registration | undefined, program: Program): boolean =>
  registration !== undefined &&
  (candidate === registration ||
    isAbove(
      candidate,
      program.find(({ name }) => name === registration.options?.parent),
      program,
    ));

/** The program after some changes. */
export function editProgram(random: SeededRandom, program: Program, isSequential: boolean): Program {
  const edits = 1 + random.below(3);
  let edited: Registration[] = [...program];
  for (let index = 0; index < edits; index++) edited = editOnce(random, edited, isSequential);
  const names = (count: number) => edited.slice(0, count);
  return edited.map((each, index) => ({
    ...withKnownNames(each, names(index)),
    ...awaits(names(index), isSequential),
  }));
}

function editOnce(random: SeededRandom, program: Registration[], isSequential: boolean): Registration[] {
  const at = random.below(program.length);
  const chosen = program[at];
  if (chosen === undefined || random.chance(15)) return [...program, drawRegistration(random, program, isSequential)];
  if (random.chance(20)) return program.filter((each) => each !== chosen);
  return program.map((each) =>
    each === chosen ? editRegistration(random, each, program.slice(0, at), isSequential) : each,
  );
}

function editRegistration(
  random: SeededRandom,
  registration: Registration,
  earlier: Program,
  isSequential: boolean,
): Registration {
  const { inputs, options = {}, name } = registration;
  if (random.chance(15)) {
    const isAliased = random.chance(60);
    return { ...registration, name: `${name}2`, options: { ...options, ...(isAliased && { aliases: [{ name }] }) } };
  }
  if (random.chance(25)) {
    const formerParent = options.parent ?? null;
    const drawn = drawOptions(random, earlier, isSequential);
    const isAliased = random.chance(60) && drawn.parent !== options.parent;
    return { ...registration, options: { ...drawn, ...(isAliased && { aliases: [{ parent: formerParent }] }) } };
  }
  if (registration.component === true) return registration;
  if (random.chance(6)) return { ...registration, inputs: { ...inputs, isBad: true } };
  const key = random.pick(["value", "value", "other"]);
  return { ...registration, inputs: { ...inputs, [key]: drawValue(random) } };
}

/** Drops what refers to a resource that is not declared before. */
function withKnownNames(registration: Registration, earlier: Program): Registration {
  const isKnown = (name: string) => earlier.some((each) => each.name === name);
  const { parent, dependsOn, replaceWith, deletedWith, aliases, ...options } = registration.options ?? {};
  const inputs = Object.entries(registration.inputs).filter(([, value]) => {
    const reference = value as { outputOf?: string } | null;
    return typeof reference?.outputOf !== "string" || isKnown(reference.outputOf);
  });
  const knownAliases = aliases?.filter(
    (alias) => typeof alias === "string" || typeof alias.parent !== "string" || isKnown(alias.parent),
  );
  return {
    ...registration,
    inputs: Object.fromEntries(inputs),
    options: {
      ...options,
      ...(parent !== undefined && isKnown(parent) && { parent }),
      ...(dependsOn?.every(isKnown) === true && { dependsOn }),
      ...(replaceWith?.every(isKnown) === true && { replaceWith }),
      ...(deletedWith !== undefined && isKnown(deletedWith) && { deletedWith }),
      ...(knownAliases !== undefined && { aliases: knownAliases }),
    },
  };
}

/** One of the items, if there is any. */
export const pickOne = <Item>(random: SeededRandom, items: readonly Item[]): Item | undefined =>
  items[random.below(items.length)];
