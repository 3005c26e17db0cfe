import type { Reaction } from "../../../../../provider/src/errors/neuVectorError";
import { classify } from "../../../../../provider/src/neuvector/rest/classify";
import { errorKinds, NeuVectorError, reactionTo, type ErrorKind } from "@fedjoin/provider/neuvector";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const cleanup = "Federate rules cleanup is still ongoing. Please try again later.";

const rows: [number, number | undefined, string, ErrorKind, Reaction][] = [
  [400, 4, "Operation not allowed", "wrong_role", "stop"],
  [400, 4, cleanup, "cleanup_ongoing", "retry"],
  [400, 6, "Request in wrong format", "invalid_request", "stop"],
  [400, 7, "Object not found", "not_found", "stop"],
  [400, 13, "User already exists", "user_exists", "stop"],
  [400, 14, "Weak password", "weak_password", "stop"],
  [400, 40, "", "joint_unreachable", "retry"],
  [400, undefined, "", "invalid_request", "stop"],
  [401, 3, "", "unauthorized", "renew_session"],
  [401, 47, "", "locked_out", "stop"],
  [401, 48, "", "password_change_required", "stop"],
  [403, 25, "", "forbidden", "stop"],
  [404, 1, "", "not_found", "stop"],
  [408, 3, "", "unauthorized", "renew_session"],
  [409, 41, "", "name_taken", "resolve_name"],
  [417, 39, "", "token_rejected", "renew_token"],
  [426, 39, "", "upgrade_ongoing", "stop"],
  [405, 2, "", "not_found", "stop"],
  [426, 42, "", "version_mismatch", "stop"],
  [426, 43, "", "version_mismatch", "stop"],
  [428, 4, "", "leftover_rules", "stop"],
  [301, undefined, "", "redirected", "stop"],
  [500, 19, "", "busy", "retry"],
  [500, 39, "", "remote_failed", "retry"],
  [500, 4, "", "server_error", "retry"],
  [503, undefined, "", "server_error", "retry"],
  [418, undefined, "", "unexpected_status", "stop"],
];

describe("R7: the reaction to an answer", () => {
  test.each(rows)("HTTP %i code %s %s is %s: %s", (status, code, message, kind, reaction) => {
    expect(classify(status, code, message)).toBe(kind);
    expect(errorKinds[kind].reaction).toBe(reaction);
  });

  test("no answer and a timeout are retried", () => {
    expect(reactionTo(new NeuVectorError("network", "x"))).toBe("retry");
    expect(reactionTo(new NeuVectorError("timeout", "x"))).toBe("retry");
  });

  test("every status of 500 and above is retried, whatever its body", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 500, max: 999 }),
        fc.option(fc.integer(), { nil: undefined }),
        fc.string(),
        (status, code, text) => {
          expect(errorKinds[classify(status, code, text)].reaction).toBe("retry");
        },
      ),
    );
  });

  test("an error that is not ours is a bug and stops", () => {
    expect(reactionTo(new TypeError("x"))).toBe("stop");
    expect(reactionTo("x")).toBe("stop");
  });
});

test("a message says what happened, the status, the code, what to do and the kind", () => {
  const error = new NeuVectorError("name_taken", "POST https://c1:10443/v1/fed/join answered Duplicate", {
    status: 409,
    code: 41,
  });
  expect(error.message).toBe(
    "POST https://c1:10443/v1/fed/join answered Duplicate (HTTP 409, code 41). Choose another name, or remove the member that has it. [docs/reference/errors.md#name_taken]",
  );
});
