import { expect, test, vi } from "vitest";
import { pauseStackTraces } from "../../../../../provider/src/resources/shared/pulumiResource";

class Declared {
  readonly stackInside: string | undefined;

  constructor(problem?: string) {
    const stackTraces = pauseStackTraces(Declared);
    try {
      this.stackInside = new Error("kept by the SDK").stack;
      if (problem !== undefined) throw new Error(problem);
    } catch (error) {
      throw stackTraces.trace(error);
    } finally {
      stackTraces.resume();
    }
  }
}

test("while a resource is declared there are no stack traces, and afterwards there are", () => {
  const { stackTraceLimit } = Error;
  expect(new Declared().stackInside).toBe("Error: kept by the SDK");
  expect(Error.stackTraceLimit).toBe(stackTraceLimit);
});

test("an error of a declaration has a stack trace that begins at the declaration", () => {
  const declare = (): unknown => new Declared("no name");
  expect(declare).toThrow(
    expect.objectContaining({ stack: expect.stringMatching(/^Error: no name\n\s+at declare /) as string }),
  );
});

test("PULUMI_DEBUG_PROMISE_LEAKS keeps the stack traces of the SDK", () => {
  vi.stubEnv("PULUMI_DEBUG_PROMISE_LEAKS", "true");
  try {
    expect(new Declared().stackInside).toMatch(/\n\s+at new Declared /);
  } finally {
    vi.unstubAllEnvs();
  }
});
