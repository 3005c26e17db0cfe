import { documentationBase, operations, type Operation } from "../../../../../provider/src/errors/neuVectorError";
import { errorKinds, hintFor, NeuVectorError, type ErrorKind } from "@fedjoin/provider/internal/neuvector";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeBackoff } from "../../../../../exporter/src/account/loginBackoff";
import { createJoinLog } from "../../../../../exporter/src/join/joinLog";
import { styleProblems } from "../../../../support/messageStyle";

const kinds = Object.keys(errorKinds) as ErrorKind[];
const allOperations = Object.keys(operations) as Operation[];

describe("one failure is one message", () => {
  const word = fc.stringMatching(/^[a-z]{3,12}$/);
  const ending = fc.constantFrom("", ".", ". ", "..", " ... ");
  const words = fc.uniqueArray(word, { minLength: 1, maxLength: 8 });
  const summary = fc.tuple(words, ending).map(([all, end]) => `${all.join(" ")}${end}`);

  test.each(kinds)("%s at every operation: its advice, and one link at the end", (kind) => {
    const operation = fc.constantFrom(undefined, ...allOperations);
    fc.assert(
      fc.property(
        summary,
        fc.array(summary, { maxLength: 3 }),
        operation,
        fc.boolean(),
        (inner, outer, at, isKnown) => {
          const details = { operation: at, ...(isKnown && { status: 500, code: 39 }) };
          const error = outer.reduce(
            (cause, text) => cause.with({ summary: `${text.replace(/[. ]+$/, "")}: ${cause.summary}` }),
            new NeuVectorError(kind, inner, details),
          );
          expect(styleProblems(error.message).filter((problem) => !problem.startsWith("twice"))).toEqual([]);
          expect(error.message).toContain(hintFor(kind, at));
        },
      ),
    );
    const plain = new NeuVectorError(kind, "join of a as b failed: POST https://c:10443/v1/fed/join answered no");
    for (const at of [undefined, ...allOperations]) {
      expect(styleProblems(plain.with({ operation: at }).message)).toEqual([]);
    }
  });

  test.each(["login_rejected", "locked_out", "password_change_required"] as const)(
    "a pause after %s is told",
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

  const logged = (log: (joinLog: ReturnType<typeof createJoinLog>) => void): string[] => {
    const lines: string[] = [];
    log(createJoinLog((_level, message) => lines.push(message)));
    return lines;
  };

  test("a login that was refused is told once, where its pause begins, and not again by the join", () => {
    const details = { operation: "login", status: 401 } as const;
    const error = new NeuVectorError("login_rejected", "POST https://c:10443/v1/auth answered no", details);
    const lines = logged((log) => {
      log.finished({ state: "failed", name: "a", error, mayHaveJoined: false });
    });
    expect(lines).toEqual([
      ...["Authentication failed", "Non-retryable error: 401 - Unauthorized"],
      "Federation join failed; metrics are not affected",
    ]);
  });

  test("a join without an answer tells the cause and then the advice alone", () => {
    const summary = "POST https://c:10443/v1/fed/join: ECONNREFUSED";
    const error = new NeuVectorError("network", summary, { operation: "join" });
    const lines = logged((log) => {
      log.event({ type: "retrying", notice: { retry: 1, maxRetries: 2, delaySeconds: 3, error } });
    });
    expect(lines).toEqual([
      ...[`Retryable error: 0 - ${summary}`, `${error.hint} See ${documentationBase}docs/reference/errors.md#network`],
      "Retry 1/2 after 3 seconds...",
    ]);
  });
});

test("the advice fits what the request was for", () => {
  expect(hintFor("forbidden", "login")).not.toContain("admin");
  expect(hintFor("forbidden", "read")).toContain("reader");
  expect(hintFor("forbidden", "mint_token")).toContain("fedAdmin");
  expect(hintFor("invalid_request", "manage_user")).toContain("role");
  expect(hintFor("not_found", "join")).toContain("11443");
  for (const operation of allOperations.filter((each) => each !== "join")) {
    for (const kind of kinds.filter((each) => each !== "token_rejected")) {
      const isAboutTheToken = /\bthe join token\b(?! URL)/.test(hintFor(kind, operation));
      expect(isAboutTheToken, `${kind} at ${operation} speaks of the join token`).toBe(false);
    }
  }
});
