import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeJoinToken, encodeJoinToken, sealTicket, ticketProblem } from "../../../simulator/src/core/tokens";
import { systemRandom } from "../../../simulator/src/systemPorts";

const secret = "0123456789abcdef0123456789abcdef";
const now = 1_800_000_000_000;

describe("join token", () => {
  it("decodes to what was encoded", () => {
    const tokens = fc.record({ server: fc.string(), port: fc.nat(65535), ticket: fc.string() });
    fc.assert(
      fc.property(tokens, (token) => {
        expect(decodeJoinToken(encodeJoinToken(token))).toEqual(token);
      }),
    );
  });

  it.each([["not base64!"], [Buffer.from("[1]").toString("base64")], [Buffer.from("text").toString("base64")], [""]])(
    "is refused when it reads %j",
    (token) => {
      expect(decodeJoinToken(token)).toBeUndefined();
    },
  );
});

describe("ticket", () => {
  const ticket = sealTicket(secret, now + 60_000, systemRandom);

  it("is good until it expires", () => {
    expect(ticketProblem(secret, ticket, now)).toBeUndefined();
    expect(ticketProblem(secret, ticket, now + 59_999)).toBeUndefined();
    expect(ticketProblem(secret, ticket, now + 60_000)).toBe("token expired");
  });

  it("is unreadable with another secret", () => {
    expect(ticketProblem(secret.replace("0", "f"), ticket, now)).toMatch(/^invalid character /);
  });

  it.each([
    ["", "Invalid data"],
    ["abcd=x", "failed to decrypt data: illegal base64 data at input byte 4"],
    ["AAAA", "failed to decrypt data: ciphertext too short"],
  ])("%j is refused with the product's words", (bad, problem) => {
    expect(ticketProblem(secret, bad, now)).toBe(problem);
  });
});
