import { documentationBase, type Reaction } from "../../../../../provider/src/errors/neuVectorError";
import { classify } from "../../../../../provider/src/neuvector/rest/classify";
import {
  classifyResponse,
  errorKinds,
  NeuVectorError,
  reactionTo,
  type ErrorKind,
} from "@fedjoin/provider/internal/neuvector";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const cleanup = "Federate rules cleanup is still ongoing. Please try again later.";

describe("R7: the reaction to an answer", () => {
  test.each<[number, number | undefined, string, ErrorKind, Reaction]>([
    [400, 4, "Operation not allowed", "wrong_role", "stop"],
    [400, 4, cleanup, "cleanup_ongoing", "retry"],
    [400, 6, "Request in wrong format", "invalid_request", "stop"],
    [400, 7, "Object not found", "not_found", "stop"],
    [400, 13, "User already exists", "user_exists", "stop"],
    [400, 14, "Weak password", "weak_password", "stop"],
    [400, 37, "Cluster not found", "not_found", "stop"],
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
    [429, undefined, "", "rate_limited", "retry"],
    [204, undefined, "", "unexpected_status", "stop"],
    [300, undefined, "", "redirected", "stop"],
    [301, undefined, "", "redirected", "stop"],
    [500, 19, "", "busy", "retry"],
    [500, 39, "", "remote_failed", "retry"],
    [500, 4, "", "server_error", "retry"],
    [503, undefined, "", "server_error", "retry"],
    [418, undefined, "", "unexpected_status", "stop"],
  ])("HTTP %i code %s %s is %s: %s", (status, code, message, kind, reaction) => {
    expect(classify(status, code, message)).toBe(kind);
    expect(errorKinds[kind].reaction).toBe(reaction);
  });

  test("every status of 500 and above is retried, whatever its body", () => {
    const code = fc.option(fc.integer(), { nil: undefined });
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 999 }), code, fc.string(), (status, given, text) => {
        expect(errorKinds[classify(status, given, text)].reaction).toBe("retry");
      }),
    );
  });

  test("no answer and a timeout are retried; an error that is not ours is a bug and stops", () => {
    const errors = [new NeuVectorError("network", "x"), new NeuVectorError("timeout", "x"), new TypeError("x"), "x"];
    expect(errors.map(reactionTo)).toEqual(["retry", "retry", "stop", "stop"]);
  });

  test("a status without a controller's code says nothing about the account or the request", () => {
    for (const status of [400, 403, 404, 405, 412, 426, 428]) {
      expect(classifyResponse({ status, body: "<html></html>" })).toBe("unexpected_reply");
      expect(classifyResponse({ status, body: '{"message":"no"}' })).toBe("unexpected_reply");
      expect(classifyResponse({ status, body: '{"code":6,"message":"no"}' })).toBe(classify(status, 6, "no"));
    }
    // What is done about these does not depend on who answers.
    for (const status of [301, 401, 409, 417, 429, 502, 503]) {
      expect(classifyResponse({ status, body: "<html></html>" })).toBe(classify(status, undefined, ""));
    }
  });
});

test("a message says what happened, the status, the code, what to do and where to read more", () => {
  const summary = "POST https://c1:10443/v1/fed/join answered Duplicate";
  expect(new NeuVectorError("name_taken", summary, { status: 409, code: 41 }).message).toBe(
    `${summary} (HTTP 409, code 41). Choose another name, or remove the member that has it. See ${documentationBase}docs/reference/errors.md#name_taken`,
  );
  const noHint = new NeuVectorError("invalid_input", "x", { hint: "" });
  expect(noHint.message).toBe(`x. See ${documentationBase}docs/reference/errors.md#invalid_input`);
});
