import { createContext, Script } from "node:vm";
import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import { InvalidTextError } from "@fedjoin/provider/internal/values";
import { expect } from "vitest";

/** A function of the product that reads a text from outside. */
export interface Reader {
  readonly name: string;
  /** The source files, from the root of the repository, that read it. */
  readonly sources: readonly string[];
  /** Texts that it accepts; damaged copies of them reach further in than arbitrary texts do. */
  readonly valid: readonly string[];
  readonly read: (text: string) => unknown;
  /** Errors that it may throw beside `NeuVectorError` and `InvalidTextError`. */
  readonly errors?: readonly (new (...args: never[]) => Error)[];
}

/** Not a duration that a test asserts: a reader that is still busy by then is stopped, and its input reported. */
const watchdogMs = 10_000;

const readToEnd = new Script("read()");
const context = createContext({});

/**
 * Expects that `reader` gives a value or one of its own errors, changes no prototype and comes to an end. Asynchronous
 * readers are waited for.
 */
export async function expectValueOrError({ read, errors = [] }: Reader, text: string): Promise<void> {
  const before = prototypeKeys();
  try {
    context["read"] = () => read(text);
    await readToEnd.runInContext(context, { timeout: watchdogMs });
  } catch (error) {
    if (![NeuVectorError, InvalidTextError, ...errors].some((kind) => error instanceof kind)) throw error;
  } finally {
    expect(prototypeKeys()).toBe(before);
  }
}

function prototypeKeys(): string {
  return [Object, Array, Function, String, Map]
    .flatMap(({ prototype }) => Reflect.ownKeys(prototype))
    .map(String)
    .join();
}
