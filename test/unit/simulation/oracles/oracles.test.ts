import { describe, expect, test } from "vitest";
import { createClaimsOracle } from "../../../simulation/src/oracles/claims";
import { createForeignEntriesOracle } from "../../../simulation/src/oracles/foreignEntries";
import { createJoinsOracle } from "../../../simulation/src/oracles/joins";
import { createLivingMembersOracle } from "../../../simulation/src/oracles/livingMembers";
import { createLoginsOracle } from "../../../simulation/src/oracles/logins";
import { createRequestsOracle } from "../../../simulation/src/oracles/requests";
import { createSecretsOracle } from "../../../simulation/src/oracles/secrets";
import { createSessionsOracle } from "../../../simulation/src/oracles/sessions";
import type { EventBody } from "../../../simulation/src/trace/events";
import type { View } from "../../../simulation/src/trace/view";
import {
  arrival,
  begin,
  checkpoint,
  call,
  done,
  end,
  living,
  loss,
  message,
  props,
  request,
  response,
  standalone,
  start,
  verdicts,
} from "./events";

const removal = message("DELETE", "m1.test", "/v1/fed/cluster/id-1");
const leave = message("POST", "s1.test", "/v1/fed/leave", { force: false });

describe("living members stay", () => {
  const run = (course: Parameters<typeof verdicts>[1], before = living) =>
    verdicts(createLivingMembersOracle(), course, before);

  test("a create that removes a living member", () => {
    expect(run([begin(call("create")), arrival(removal)])).toEqual(["a#1 removes u1-aaaaaa, which lives at s1.test"]);
  });
  test("a delete that removes its own member is right", () => {
    expect(run([begin(call("delete")), arrival(removal)])).toEqual([]);
  });
  test.each(["create", "delete"] as const)(
    "an entry that a %s removes before its site knows of the join",
    (operation) => {
      const listed = { ...standalone, masters: living.masters };
      expect(run([begin(call(operation)), arrival(removal), living], listed)).toEqual([
        "a#1 removed the entry of s1.test while its join was under way",
      ]);
      const removing = begin(call("delete", { olds: { ...props, controller: undefined }, news: undefined }));
      expect(run([removing, arrival(removal), living], listed)).toEqual([]);
    },
  );
  test("a leave that nobody asked for, and one by force without leave to", () => {
    expect(run([begin(call("update")), arrival(leave)])).toEqual(["a#1 makes s1.test leave, which lives as u1-aaaaaa"]);
    const forced = message("POST", "s1.test", "/v1/fed/leave", { force: true });
    expect(run([begin(call("delete")), arrival(forced)])).toEqual([
      "a#1 makes s1.test leave by force, which its master lists",
    ]);
  });
});

describe("entries of others stay", () => {
  test("an entry of another site", () => {
    const [master] = living.masters;
    const entries = [{ id: "id-1", name: "u9-bbbbbb", host: "other.test" }];
    const view = { ...standalone, masters: master === undefined ? [] : [{ ...master, entries }] };
    expect(verdicts(createForeignEntriesOracle(), [begin(call("delete")), arrival(removal)], view)).toEqual([
      "a#1 removes u9-bbbbbb, the entry of other.test",
    ]);
  });
});

describe("what is reported is so", () => {
  const run = (course: Parameters<typeof verdicts>[1]) => verdicts(createClaimsOracle(), course);
  const joined = { status: "joined", clusterId: "id-1" };

  test("a create that reports a membership which nobody saw", () => {
    const create = call("create", { olds: undefined });
    expect(run([start, standalone, begin(create), standalone, done(create, "u1-aaaaaa", joined)])).toEqual([
      "a#1 reports u1-aaaaaa as joined, which no moment of the create shows",
    ]);
  });
  test("a command that ends well with a membership that does not live", () => {
    const create = call("create", { olds: undefined });
    expect(run([start, begin(create), living, done(create, "u1-aaaaaa", joined), standalone, end])).toEqual([
      "a#1 ended well, and the membership id-1 of s1.test that it reported does not live",
    ]);
  });
  test("a read that finds a living membership gone", () => {
    const read = call("read", { news: undefined });
    expect(run([start, living, begin(read), living, done(read, undefined)])).toEqual([
      "a#1 found u1-aaaaaa gone, which lived all the time",
    ]);
    expect(run([start, living, begin(read), living, done(read, "u1-aaaaaa", { status: "left" })])).toHaveLength(1);
    expect(run([start, living, begin(read), standalone, done(read, undefined)])).toEqual([]);
  });
  test("a read that drops a site which is a member of another master", () => {
    const read = call("read", { news: undefined });
    const [site] = living.sites;
    const elsewhere: View = {
      sites: site === undefined ? [] : [{ ...site, id: "id-2", masterId: "master-2" }],
      masters: [{ host: "m2.test", id: "master-2", entries: [{ id: "id-2", name: "u1-aaaaaa", host: "s1.test" }] }],
    };
    const course = (result: EventBody) => run([start, elsewhere, begin(read), elsewhere, result]);
    expect(course(done(read, undefined))).toEqual([
      "a#1 dropped u1-aaaaaa, whose site was a member of m2.test all the time",
    ]);
    expect(course(done(read, "u1-aaaaaa", { status: "elsewhere" }))).toEqual([]);
  });
});

describe("joins follow the rules", () => {
  const join = (name: string, token = "t1", to = "s1.test") =>
    message("POST", to, "/v1/fed/join", { name, join_token: token, joint_rest_info: { server: to, port: 10443 } });
  const look = message("GET", "s1.test", "/v1/fed/member");
  const run = (course: Parameters<typeof verdicts>[1]) => verdicts(createJoinsOracle(), course);
  const lost = join("u1-aaaaaa");

  test("another join without a look", () => {
    expect(run([request(lost), loss(lost), request(join("u1-aaaaaa"))])).toEqual([
      "a#1 joins s1.test again without a look",
    ]);
  });
  test("another name after a lost answer, unless the master has the first one", () => {
    const course = (body: object) => [request(lost), loss(lost), response(look, 200, body), request(join("u1-bbbbbb"))];
    expect(run(course({ joint_clusters: null }))).toEqual([
      "a#1 joins s1.test as u1-bbbbbb after u1-aaaaaa, which nobody has",
    ]);
    expect(run(course({ joint_clusters: [{ name: "u1-aaaaaa" }] }))).toEqual([]);
  });
  test("a token that was refused", () => {
    expect(run([request(lost), response(lost, 417), request(join("u1-aaaaaa"))])).toEqual([
      "a#1 sends a join token again that was refused",
    ]);
  });
  test("two joins to one master at once", () => {
    expect(run([request(lost), request(join("u2-aaaaaa", "t2", "s2.test"))])).toEqual([
      "a#1 sends a join to  while another one of it runs",
    ]);
  });
});

describe("refused logins are not repeated", () => {
  const login = message("POST", "s1.test", "/v1/auth", { password: { username: "joiner", password: "p" } });

  test("a second refusal in one process", () => {
    const oracle = createLoginsOracle();
    expect(verdicts(oracle, [start, response(login, 401), response(login, 401)])).toEqual([
      "a#1 tried a refused login at s1.test again (2 refusals)",
    ]);
  });
  test("an exporter has three, across restarts", () => {
    const starts = { ...start, site: "s1.test" };
    const refusal = response(login, 401);
    // A refusal that arrives after the end of a process tells nobody.
    const course = [starts, refusal, end, refusal, starts, refusal, refusal, refusal];
    expect(verdicts(createLoginsOracle(), course)).toEqual(["a#1 tried a refused login at s1.test again (4 refusals)"]);
  });
});

describe("sessions end", () => {
  const login = message("POST", "s1.test", "/v1/auth", { password: { username: "joiner", password: "p" } });
  const granted = response(login, 200, { token: { token: "t1" } });

  test("a process that ends without a logout", () => {
    expect(verdicts(createSessionsOracle(), [granted, end])).toEqual(["a#1 ended with open sessions: s1.test joiner"]);
    const logout = { ...message("DELETE", "s1.test", "/v1/auth"), token: "t1" };
    expect(verdicts(createSessionsOracle(), [granted, request(logout), end])).toEqual([]);
  });
  test("a process whose provider crashed logs out of nothing", () => {
    expect(verdicts(createSessionsOracle(), [granted, { type: "provider_end", process: "a#1" }, end])).toEqual([]);
  });
  test("a second session of one account", () => {
    expect(verdicts(createSessionsOracle(), [granted, granted])).toEqual([
      "a#1 opened a second session as s1.test joiner",
    ]);
  });
});

test("requests are bounded: a process that floods a controller", () => {
  const oracle = createRequestsOracle();
  const look = { ...request(message("GET", "s1.test", "/v1/fed/member")), atMs: 0 };
  const said = Array.from({ length: 300 }, () => oracle.see?.(look, () => living)).filter(Boolean);
  expect(said).toEqual(["a#1 sent 240 requests in a minute"]);
});

describe("secrets stay secret", () => {
  const say = (text: string) => ({ type: "log", process: "a#1", level: "warn", text }) as const;
  const login = message("POST", "s1.test", "/v1/auth");

  test("a password or a session in a line, or in an error", () => {
    const course = [response(login, 200, { token: { token: "session-1" } }), say("session-1"), say("Canary-s1.test-0")];
    expect(verdicts(createSecretsOracle(), course)).toEqual([
      "a log line of a#1 shows a secret: session-1",
      "a log line of a#1 shows a secret: Canary-s1.test-0",
    ]);
  });
  test("a password in the state, except where a stack encrypts it", () => {
    const kept = checkpoint({ controller: { credentials: { password: "Canary-s1.test-0" } } });
    const leaked = checkpoint({ note: "Canary-s1.test-0" });
    expect(verdicts(createSecretsOracle(), [kept, leaked])).toEqual([
      expect.stringContaining('the state of a#1 shows a secret: {}\n{"note":"Canary-s1.test-0"}'),
    ]);
  });
});

test("an update that only records a setting claims nothing", () => {
  const update = call("update");
  expect(verdicts(createClaimsOracle(), [start, begin(update), done(update, "u1-aaaaaa", props), end])).toEqual([]);
});
