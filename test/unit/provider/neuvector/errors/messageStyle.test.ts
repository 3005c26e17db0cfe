import { operations, type Operation } from "../../../../../provider/src/errors/neuVectorError";
import { classify } from "../../../../../provider/src/neuvector/rest/classify";
import { classifyResponse, errorKinds, hintFor, NeuVectorError, type ErrorKind } from "@fedjoin/provider/neuvector";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeBackoff } from "../../../../../exporter/src/account/loginBackoff";
import { createJoinLog } from "../../../../../exporter/src/join/joinLog";
import { styleProblems } from "../../../../support/messageStyle";

const kinds = Object.keys(errorKinds) as ErrorKind[];
const allOperations = Object.keys(operations) as Operation[];

const word = fc.stringMatching(/^[a-z]{3,12}$/);
const ending = fc.constantFrom("", ".", ". ", "..", " ... ");
const summary = fc.tuple(fc.uniqueArray(word, { minLength: 1, maxLength: 8 }), ending).map(([words, end]) => {
  return `${words.join(" ")}${end}`;
});

describe("one failure is one message", () => {
  const cases = kinds.flatMap((kind) =>
    [undefined, ...allOperations].map((operation) => [kind, operation ?? "no operation", operation] as const),
  );

  test.each(cases)("%s at %s: its advice, and one link at the end", (kind, _name, operation) => {
    fc.assert(
      fc.property(summary, fc.array(summary, { maxLength: 3 }), fc.boolean(), (inner, outer, isKnown) => {
        const details = { operation, ...(isKnown && { status: 500, code: 39 }) };
        const error = outer.reduce(
          (cause, words) => cause.with({ summary: `${words.replace(/[. ]+$/, "")}: ${cause.summary}` }),
          new NeuVectorError(kind, inner, details),
        );
        expect(styleProblems(error.message).filter((problem) => !problem.startsWith("twice"))).toEqual([]);
        expect(error.message).toContain(hintFor(kind, operation));
      }),
      { numRuns: 10 },
    );
    const plain = new NeuVectorError(kind, "join of a as b failed: POST https://c:10443/v1/fed/join answered no");
    expect(styleProblems(plain.with({ operation }).message)).toEqual([]);
  });

  test.each(["login_rejected", "locked_out", "password_change_required"] as const)(
    "a pause after %s is told in the message of the refusal",
    (kind) => {
      const cause = new NeuVectorError(kind, "POST https://c:10443/v1/auth answered no.", { operation: "login" });
      for (const untilMs of [0, Infinity]) {
        for (const reload of [undefined, "tried"] as const) {
          const message = describeBackoff({ untilMs, refusals: 1, reload, cause }, "c:10443");
          expect(styleProblems(message)).toEqual([]);
          expect(message).toMatch(/No (further )?login at c:10443/);
        }
      }
    },
  );

  test("a login that was refused is told once, where its pause begins, and not again by the join", () => {
    const verdict = new NeuVectorError("login_rejected", "POST https://c:10443/v1/auth answered no", {
      operation: "login",
      status: 401,
    });
    const lines: string[] = [];
    const log = createJoinLog((_level, message) => lines.push(message));
    log.finished({ state: "failed", name: "a", error: verdict, mayHaveJoined: false });
    expect(lines).toEqual([
      "Authentication failed",
      "Non-retryable error: 401 - Unauthorized",
      "Federation join failed; metrics are not affected",
    ]);
  });

  test("a join without an answer tells the cause and then the advice alone", () => {
    const error = new NeuVectorError("network", "POST https://c:10443/v1/fed/join: ECONNREFUSED", {
      operation: "join",
    });
    const lines: string[] = [];
    const log = createJoinLog((_level, message) => lines.push(message));
    log.event({ type: "retrying", notice: { retry: 1, maxRetries: 2, delaySeconds: 3, error } });
    expect(lines).toEqual([
      "Retryable error: 0 - POST https://c:10443/v1/fed/join: ECONNREFUSED",
      `${error.hint} [docs/reference/errors.md#network]`,
      "Retry 1/2 after 3 seconds...",
    ]);
  });

  test("an advice that is left out leaves no blank", () => {
    expect(new NeuVectorError("invalid_input", "x", { hint: "" }).message).toBe(
      "x. [docs/reference/errors.md#invalid_input]",
    );
  });
});

test("the advice fits what the request was for", () => {
  const said = (kind: ErrorKind, operation: Operation): string => hintFor(kind, operation);
  expect(said("forbidden", "login")).not.toContain("admin");
  expect(said("forbidden", "read")).toContain("reader");
  expect(said("forbidden", "mint_token")).toContain("fedAdmin");
  expect(said("invalid_request", "manage_user")).toContain("role");
  expect(said("not_found", "join")).toContain("11443");
  for (const operation of allOperations.filter((each) => each !== "join")) {
    for (const kind of kinds.filter((each) => each !== "token_rejected")) {
      const isAboutTheToken = /\bthe join token\b(?! URL)/.test(said(kind, operation));
      expect(isAboutTheToken, `${kind} at ${operation} speaks of the join token`).toBe(false);
    }
  }
});

test("a status without a controller's code says nothing about the account or the request", () => {
  for (const status of [400, 403, 404, 405, 412, 426, 428]) {
    expect(classifyResponse({ status, body: "<html></html>" })).toBe("unexpected_reply");
    expect(classifyResponse({ status, body: '{"message":"no"}' })).toBe("unexpected_reply");
    expect(classifyResponse({ status, body: '{"code":6,"message":"no"}' })).toBe(classify(status, 6, "no"));
  }
  // What is done about these does not depend on who answers.
  for (const status of [301, 401, 409, 417, 502, 503]) {
    expect(classifyResponse({ status, body: "<html></html>" })).toBe(classify(status, undefined, ""));
  }
});
