import {
  errorKinds,
  NeuVectorError,
  Secret,
  systemRandom,
  type ErrorKind,
  type Ports,
  type TransportReply,
} from "@fedjoin/provider";
import { describe, expect, test } from "vitest";
import { createGuardedSession } from "../../../exporter/src/guardedSession";
import { holdAfter, type LoginHold } from "../../../exporter/src/loginHold";

const minuteMs = 60_000;

/** The minutes at which somebody who always gets `kind` would log in. */
function attemptMinutes(kind: ErrorKind, count: number): number[] {
  const minutes: number[] = [];
  let hold: LoginHold | undefined;
  let nowMs = 0;
  for (let attempt = 0; attempt < count; attempt++) {
    minutes.push(nowMs / minuteMs);
    hold = holdAfter(new NeuVectorError(kind, "login"), hold, nowMs);
    nowMs = hold?.untilMs ?? nowMs;
  }
  return minutes;
}

describe("R15: the pause after a refused login", () => {
  test("R15: a wrong password is tried after 5, 20, 80, 320 and 1280 minutes, then once a day", () => {
    expect(attemptMinutes("login_rejected", 8)).toEqual([0, 5, 25, 105, 425, 1705, 3145, 4585]);
  });

  test("R15: a wrong password never reaches the five attempts in an hour that lock the account", () => {
    const minutes = attemptMinutes("login_rejected", 20);
    const mostInAnHour = Math.max(
      ...minutes.map((start) => minutes.filter((minute) => minute >= start && minute < start + 60).length),
    );
    expect(mostInAnHour).toBe(3);
  });

  test("R15: a locked account is left alone for more than the 60 minutes of the lock, every time", () => {
    const minutes = attemptMinutes("locked_out", 10);
    const gaps = minutes.slice(1).map((minute, index) => minute - (minutes[index] ?? 0));
    expect(Math.min(...gaps)).toBe(65);
  });

  test("a password that must be changed is looked at every 5 minutes, since that is no failed login", () => {
    expect(attemptMinutes("password_change_required", 4)).toEqual([0, 5, 10, 15]);
  });

  test("nothing else holds logins back", () => {
    const holding = Object.keys(errorKinds).filter(
      (kind) => holdAfter(new NeuVectorError(kind as ErrorKind, "x"), undefined, 0) !== undefined,
    );
    expect(holding).toEqual(["login_rejected", "locked_out", "password_change_required"]);
    expect(holdAfter(new Error("bug"), undefined, 0)).toBeUndefined();
  });
});

/** A session over a controller that answers logins with the next of `logins` and everything else with 200 `{}`. */
function scripted(logins: readonly number[]) {
  let nowMs = 0;
  const sent: string[] = [];
  const logged: string[] = [];
  const left = [...logins];
  const reply = (status: number, body: unknown): Promise<TransportReply> =>
    Promise.resolve({ status, headers: {}, body: JSON.stringify(body) });
  const ports: Ports = {
    clock: { now: () => nowMs, sleep: () => Promise.reject(new Error("nobody sleeps here")) },
    random: systemRandom,
    log: (_level, message) => logged.push(message),
    transport: {
      send({ method, path }) {
        sent.push(`${method} ${path}`);
        if (path !== "/v1/auth") return reply(200, {});
        const status = left.shift() ?? 200;
        return status === 200
          ? reply(200, { token: { token: "t" } })
          : reply(status, { code: status === 401 ? 3 : 47 });
      },
    },
  };
  const session = createGuardedSession(
    ports,
    { protocol: "https", server: "controller", port: 10443, tls: {} },
    { kind: "user", username: "scraper", password: new Secret("canary") },
  );
  const call = () => session.call({ method: "GET", path: "/v1/x" });
  return {
    call,
    logged,
    logins: () => sent.filter((line) => line === "POST /v1/auth").length,
    passMinutes: (minutes: number) => (nowMs += minutes * minuteMs),
  };
}

describe("R15: a guarded session", () => {
  test("R15: calls that share a refused login count once, and later ones send nothing", async () => {
    const { call, logins, logged } = scripted([401, 401]);
    const calls = await Promise.allSettled([call(), call(), call()]);
    expect(calls.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    await expect(call()).rejects.toMatchObject({ kind: "login_rejected" });
    expect(logins()).toBe(1);
    expect(logged).toEqual([expect.stringMatching(/No login at controller:10443 before 1970-01-01T00:05:00.000Z$/)]);
    expect(logged.join()).not.toContain("canary");
  });

  test("R15: it logs in again when the pause is over, and a success ends the counting", async () => {
    const { call, logins, passMinutes } = scripted([401, 200]);
    await expect(call()).rejects.toMatchObject({ kind: "login_rejected" });
    passMinutes(5);
    await expect(call()).resolves.toEqual({});
    expect(logins()).toBe(2);
  });
});
