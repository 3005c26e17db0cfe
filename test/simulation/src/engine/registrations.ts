import type { OutputReference, Program, Registration } from "./program";
import { type Props, unknownValue } from "./provider";
import { createUrn, type StackName, type Urn } from "./urn";

/** What the program asks for, as the engine receives it: every name of another resource is a URN. */
export interface Goal {
  readonly urn: Urn;
  readonly registration: Registration;
  readonly custom: boolean;
  readonly inputs: Props;
  readonly parent: Urn | undefined;
  readonly dependencies: readonly Urn[];
  readonly propertyDependencies: Readonly<Record<string, readonly Urn[]>>;
  readonly deletedWith: Urn | undefined;
  readonly replaceWith: readonly Urn[];
  readonly protect: boolean | undefined;
  readonly retainOnDelete: boolean | undefined;
}

/** What the engine answers to a registration. */
export interface Registered {
  readonly urn: Urn;
  readonly id: string;
  readonly outputs: Props;
  /** A preview: an output that is missing may still come. */
  readonly unknown: boolean;
  readonly outcome: "success" | "failed" | "skipped";
}

/** A registration that waits for its answer. */
export interface Pending {
  readonly goal: Goal;
  done(answer: Registered): void;
}

interface Declared {
  readonly registration: Registration;
  readonly goal: Goal;
  readonly answer: Registered;
}

/**
 * Runs the program: every registration is handed over as soon as all that it waits for is registered.
 * Rejects at the end if a registration failed, since then the program fails too.
 */
export async function runProgram(
  stack: StackName,
  program: Program,
  register: (pending: Pending) => void,
): Promise<void> {
  const declared = new Map<string, Promise<Declared>>();
  const named = (name: string): Promise<Declared> =>
    declared.get(name) ?? Promise.reject(new Error(`${name} is not declared before its use`));
  for (const registration of program) {
    const work = declare(stack, program, registration, named, register);
    // Its error is the program's, and that of each who waits for it.
    work.catch(() => undefined);
    declared.set(registration.name, work);
  }
  const ended = await Promise.allSettled(declared.values());
  const failed = ended.find((each) => each.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

async function declare(
  stack: StackName,
  program: Program,
  registration: Registration,
  named: (name: string) => Promise<Declared>,
  register: (pending: Pending) => void,
): Promise<Declared> {
  const { options = {}, awaits = [], component = false, type, name } = registration;
  for (const each of awaits) await named(each);
  const references = Object.entries(registration.inputs).map(([key, value]) => [key, referencesIn(value)] as const);
  const explicit = [...(options.dependsOn ?? []), ...(options.replaceWith ?? [])].flatMap((each) =>
    customIn(declaredWith(program, registration), each).filter((other) => other !== name),
  );
  const waited = [...explicit, ...references.flatMap(([, found]) => found.map(({ outputOf }) => outputOf))];
  for (const each of waited) await named(each);
  const parent = options.parent === undefined ? undefined : await named(options.parent);
  const deletedWith = options.deletedWith === undefined ? undefined : await named(options.deletedWith);
  const urnOf = async (each: string): Promise<Urn> => (await named(each)).answer.urn;
  const urnsOf = async (names: readonly string[]): Promise<Urn[]> => [
    ...new Set(await Promise.all(names.map((each) => urnOf(each)))),
  ];
  const propertyDependencies: Record<string, Urn[]> = {};
  for (const [key, found] of references)
    if (found.length > 0) propertyDependencies[key] = await urnsOf(found.map(({ outputOf }) => outputOf));
  const inputs: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(registration.inputs)) inputs[key] = await resolved(value, named);
  const goal: Goal = {
    urn: createUrn(stack, type, name, parent?.answer.urn),
    registration,
    custom: !component,
    inputs,
    parent: parent?.answer.urn,
    dependencies: await urnsOf(waited),
    propertyDependencies,
    deletedWith: deletedWith?.answer.urn ?? parent?.goal.deletedWith,
    replaceWith: await urnsOf(options.replaceWith ?? []),
    protect: options.protect ?? parent?.goal.protect,
    retainOnDelete: options.retainOnDelete ?? parent?.goal.retainOnDelete,
  };
  const answer = await new Promise<Registered>((done) => {
    register({ goal, done });
  });
  if (answer.outcome !== "success") throw new Error(`resource ${name} [${type}] failed to register`);
  return { registration, goal, answer };
}

const isReference = (value: unknown): value is OutputReference =>
  typeof value === "object" && value !== null && "outputOf" in value && "key" in value;

function referencesIn(value: unknown): OutputReference[] {
  if (isReference(value)) return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(referencesIn) : [];
}

async function resolved(value: unknown, named: (name: string) => Promise<Declared>): Promise<unknown> {
  if (isReference(value)) {
    const { answer } = await named(value.outputOf);
    const output = value.key === "id" ? answer.id || undefined : answer.outputs[value.key];
    return output ?? (answer.unknown ? unknownValue : undefined);
  }
  if (Array.isArray(value)) return Promise.all(value.map((each) => resolved(each, named)));
  if (typeof value !== "object" || value === null) return value;
  const entries = await Promise.all(
    Object.entries(value).map(async ([key, each]) => [key, await resolved(each, named)] as const),
  );
  return Object.fromEntries(entries);
}

/** What is declared when the SDK collects the children of components: all up to the next registration that waits. */
function declaredWith(program: Program, registration: Registration): Program {
  const at = program.indexOf(registration);
  const next = program.findIndex(({ awaits = [] }, index) => index > at && awaits.length > 0);
  return next < 0 ? program : program.slice(0, next);
}

/** A component stands for the custom resources below it. */
function customIn(program: Program, name: string): string[] {
  if (program.find((each) => each.name === name)?.component !== true) return [name];
  return program.filter(({ options }) => options?.parent === name).flatMap((child) => customIn(program, child.name));
}
