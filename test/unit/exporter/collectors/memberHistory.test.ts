import type { FederationResponse } from "@fedjoin/provider/internal/neuvector";
import { describe, expect, test as base } from "vitest";
import { createMemberHistory } from "../../../../exporter/src/collectors/memberHistory";
import { createMemberStore } from "../../../../exporter/src/targets/memberStore";
import { cluster, ofMaster, ofMember, ofStandalone } from "../../../support/fedReplies";
import { memoryStateFiles } from "../../../support/memoryStateFiles";

const test = base.extend("files", () => new Map<string, string>());
const edge = (status: string, id?: string): FederationResponse => ofMaster([cluster("edge", status, id)]);

/** What is known of the first member after each answer, one a second. */
function course(...replies: readonly FederationResponse[]) {
  const history = createMemberHistory();
  return replies.map((reply, index) => history.observe(reply, index * 1000)[0]);
}

describe("the history of a member", () => {
  test("has a time of the last sync from the first on, which stays while it is not synced", () => {
    const seen = course(edge("joined"), edge("synced"), edge("synced"), edge("out_of_sync"), edge("disconnected"));
    expect(seen.map((record) => record?.lastSyncedMs)).toEqual([undefined, 1000, 2000, 2000, 2000]);
  });

  test("counts changes of the status, and not the first one", () => {
    const seen = course(edge("joined"), edge("synced"), edge("synced"), edge("notified"), edge("synced"));
    expect(seen.map((record) => record?.changes)).toEqual([0, 1, 1, 2, 3]);
  });

  test("begins again with a new membership, and after the member was away from the list", () => {
    const [, renewed] = course(edge("synced"), edge("joined", "second"));
    expect(renewed).toMatchObject({ changes: 0, lastSyncedMs: undefined });
    const [, , back] = course(edge("synced"), ofMaster([]), edge("joined"));
    expect(back).toMatchObject({ changes: 0, lastSyncedMs: undefined });
  });

  test("of a joint cluster is its own, and a standalone one has none", () => {
    const [own, none] = course(ofMember("joined", "connected"), ofStandalone);
    expect(own).toMatchObject({ name: "edge-1", conditions: { Joined: { status: "True" } }, lastSyncedMs: undefined });
    expect(none).toBeUndefined();
  });

  test("keeps no member that is gone", () => {
    const history = createMemberHistory();
    for (let round = 0; round < 100; round++) {
      expect(history.observe(edge("synced", `id-${round}`), round)).toHaveLength(1);
    }
  });
});

describe("a history with state files", () => {
  const start = (files: Map<string, string>, nowMs = 0) =>
    createMemberHistory(createMemberStore(memoryStateFiles(files), "master", () => nowMs));

  test("goes on after a restart, to the last scrape before it", ({ files }) => {
    const before = start(files);
    ["joined", "synced", "synced", "synced"].forEach((status, index) => before.observe(edge(status), index + 1));
    const [record] = start(files, 10).observe(edge("out_of_sync"), 10);
    expect(record).toMatchObject({
      ...{ changes: 2, lastSyncedMs: 4 },
      conditions: { Joined: { lastTransitionMs: 1 }, Synced: { status: "False", lastTransitionMs: 10 } },
    });
    const [again] = start(files, 20).observe(edge("out_of_sync"), 20);
    expect(again).toMatchObject({ changes: 2, lastSyncedMs: 4, conditions: { Synced: { lastTransitionMs: 10 } } });
  });

  test("writes the members when one changes, and otherwise only when they were seen", ({ files }) => {
    const written: string[] = [];
    const store = createMemberStore(
      { ...memoryStateFiles(files), write: (name) => written.push(name.replace(/^fedjoin-members-\w{32}/, "")) > 0 },
      "master",
      () => 0,
    );
    const history = createMemberHistory(store);
    for (const status of ["joined", "synced", "synced", "synced"]) history.observe(edge(status), 1);
    expect(written).toEqual([".json", "-seen.json", ".json", "-seen.json", "-seen.json", "-seen.json"]);
  });

  test("on a full disk catches up once there is room, and until then claims no later sync than it wrote", ({
    files,
  }) => {
    const writable = memoryStateFiles(files);
    let isFull = false;
    const history = createMemberHistory(
      createMemberStore(
        { ...writable, write: (name, text) => (!isFull || text.length < 100) && writable.write(name, text) },
        "master",
        () => 0,
      ),
    );
    history.observe(edge("synced"), 1);
    isFull = true;
    history.observe(edge("out_of_sync"), 2);
    history.observe(edge("out_of_sync"), 3);
    expect(start(new Map(files), 4).observe(edge("out_of_sync"), 4)[0]).toMatchObject({ lastSyncedMs: 1 });
    isFull = false;
    history.observe(edge("out_of_sync"), 5);
    expect(start(files, 6).observe(edge("out_of_sync"), 6)[0]).toMatchObject({
      ...{ changes: 1, lastSyncedMs: 1 },
      conditions: { Synced: { lastTransitionMs: 2 } },
    });
  });

  test("removes the files with the last member, and writes none without", ({ files }) => {
    const history = start(files);
    history.observe(ofStandalone, 1);
    expect(files.size).toBe(0);
    history.observe(edge("synced"), 2);
    expect(files.size).toBe(2);
    history.observe(ofMaster([]), 3);
    expect(files.size).toBe(0);
  });

  test("knows nothing from files that it cannot read, and no time in the future", ({ files }) => {
    start(files).observe(edge("synced"), 5000);
    const [members = "", seen = ""] = files.keys();
    const [corrected] = start(files, 1000).observe(edge("out_of_sync"), 1000);
    expect(corrected).toMatchObject({ lastSyncedMs: 1000, conditions: { Joined: { lastTransitionMs: 1000 } } });
    files.set(seen, "{}");
    files.set(members, '{"members": [{"id": "id-edge"}]}');
    expect(start(files).observe(edge("out_of_sync"), 7)[0]).toMatchObject({ changes: 0, lastSyncedMs: undefined });
  });

  test("keeps those of two controllers apart", () => {
    const files = memoryStateFiles();
    const [a, b] = ["a", "b"].map((key) => createMemberHistory(createMemberStore(files, key, () => 0)));
    a?.observe(edge("synced"), 1);
    b?.observe(edge("joined"), 1);
    expect(files.names()).toHaveLength(4);
  });
});
