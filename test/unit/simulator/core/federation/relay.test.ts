import { describe, expect, it } from "vitest";
import { ConnectionDrop, Refusal } from "../../../../simulator/src/core/errors";
import { relayedRefusal, unusableReply } from "../../../../simulator/src/core/federation/relay";

const reply = (status: number, body: string, statusText = "") => ({ status, statusText, body });

describe("a joining cluster relays", () => {
  it.each([
    [417, '{"code":39,"message":"token expired"}', new Refusal(417, 39, "Federation operation failed")],
    [404, '{"code":1}', new Refusal(404, 1, "URL not found")],
    [426, '{"code":101}', new Refusal(426, 42)],
    [426, '{"code":102}', new Refusal(426, 43)],
    [400, '{"message":"no code"}', new Refusal(400, 0, "Unknown error")],
    [418, '{"code":999}', new ConnectionDrop()],
  ])("status %i with %s", (status, body, expected) => {
    const relayed = relayedRefusal(reply(status, body));
    expect(relayed).toEqual(expected);
    expect(relayed.constructor).toBe(expected.constructor);
  });

  it("a page that is not JSON as 500/39 with its status line", () => {
    expect(relayedRefusal(reply(502, "<html>", "502 Bad Gateway"))).toEqual(new Refusal(500, 39, "502 Bad Gateway"));
  });
});

describe("a joining cluster, when the master says 200,", () => {
  it("names the character that is not JSON", () => {
    expect(unusableReply(reply(200, "<html>"))).toEqual(
      new Refusal(500, 39, "invalid character '<' looking for beginning of value"),
    );
  });

  it("dies of JSON without the fields it needs", () => {
    expect(unusableReply(reply(200, "{}"))).toBeInstanceOf(ConnectionDrop);
  });
});
