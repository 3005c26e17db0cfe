import { describe, expect, test } from "vitest";
import { collectorOf, linesOf, newLines, oldLines, sessionThat } from "../../../support/scraping";

describe("conversation: metrics of the Python exporter", () => {
  const path = "/v1/conversation";
  const talk = { from: "external", to: "web", bytes: 1234, sessions: 3, ports: ["tcp/80", "tcp/443"], entries: null };

  test("R16: the bytes of the whole conversation, once per port", async () => {
    expect(await oldLines("conversation", { [path]: { conversations: [talk], endpoints: [] } })).toEqual([
      'nv_conversation_bytes{port="tcp/80",from="external",to="web",target="c"} 1234',
      'nv_conversation_bytes{port="tcp/443",from="external",to="web",target="c"} 1234',
    ]);
  });

  test("R16: 0 bytes, missing or null ports, and odd endpoints make no sample", async () => {
    const conversations = [
      { ...talk, bytes: 0 },
      { ...talk, ports: undefined },
      { ...talk, ports: null },
    ];
    const endpoints = [{ id: "external", kind: "external", scan_summary: null, children: null }];
    expect(await oldLines("conversation", { [path]: { conversations, endpoints } })).toEqual([]);
    expect(await oldLines("conversation", { [path]: { conversations: null, endpoints: null } })).toEqual([]);
  });

  test("R16: a counter beyond the safe integers stays a number", async () => {
    const conversations = [{ ...talk, bytes: 2 ** 63, ports: ["tcp/80"] }];
    expect(await oldLines("conversation", { [path]: { conversations } })).toEqual([
      'nv_conversation_bytes{port="tcp/80",from="external",to="web",target="c"} 9223372036854776000',
    ]);
  });
});

describe("conversation: new metrics", () => {
  const path = "/v1/conversation";
  const talk = (from: string, to: string, bytes: number, sessions: number, policy_action = "allow") => ({
    ...{ from, to, bytes, sessions, policy_action },
    ports: ["tcp/80", "tcp/443"],
  });
  const endpoints = [
    { id: "web", domain: "shop", kind: "container" },
    { id: "db", domain: "läden", kind: "container" },
    { id: "external", domain: "", kind: "external" },
    { id: "host:n1", domain: null, kind: "node_ip" },
  ];

  test("sums up each conversation once by namespace, also the ones without ports", async () => {
    const conversations = [
      talk("external", "web", 100, 1),
      { ...talk("external", "web", 50, 2, "violate"), ports: null },
      talk("web", "db", 7, 3),
      talk("host:n1", "gone", 1, 1, "violate"),
    ];
    expect(await newLines("conversation", { [path]: { conversations, endpoints } })).toEqual([
      'nv_namespace_conversation_bytes{from_namespace="_external",to_namespace="shop",target="c"} 150',
      'nv_namespace_conversation_bytes{from_namespace="shop",to_namespace="läden",target="c"} 7',
      'nv_namespace_conversation_bytes{from_namespace="_node_ip",to_namespace="_unknown",target="c"} 1',
      'nv_namespace_conversation_sessions{from_namespace="_external",to_namespace="shop",target="c"} 3',
      'nv_namespace_conversation_sessions{from_namespace="shop",to_namespace="läden",target="c"} 3',
      'nv_namespace_conversation_sessions{from_namespace="_node_ip",to_namespace="_unknown",target="c"} 1',
      'nv_conversations{policy_action="allow",target="c"} 2',
      'nv_conversations{policy_action="violate",target="c"} 2',
    ]);
  });

  test("null lists are empty ones", async () => {
    expect(await newLines("conversation", { [path]: { conversations: null, endpoints: null } })).toEqual([]);
  });

  test("facts of another type count as not said, and the old names go on", async () => {
    const conversations = [{ ...talk("web", "db", 5, 1), sessions: "many", policy_action: 7, ports: ["tcp/80"] }];
    const answers = { [path]: { conversations, endpoints: [{ id: "db", domain: [], kind: null }] } };
    expect(await linesOf(collectorOf("conversation"), sessionThat(answers), { names: "both" })).toEqual([
      'nv_conversation_bytes{port="tcp/80",from="web",to="db",target="c"} 5',
      'nv_namespace_conversation_bytes{from_namespace="_unknown",to_namespace="_unknown",target="c"} 5',
      'nv_namespace_conversation_sessions{from_namespace="_unknown",to_namespace="_unknown",target="c"} 0',
      'nv_conversations{policy_action="",target="c"} 1',
    ]);
  });

  test("keeps the largest, in the order of the controller, and says how many it left out", async () => {
    const conversations = [talk("web", "db", 5, 1), talk("external", "web", 900, 1), talk("web", "external", 70, 1)];
    const session = sessionThat({ [path]: { conversations, endpoints } });
    const limits = { conversations: 3, events: 5 };
    const old = await linesOf(collectorOf("conversation"), session, { limits });
    expect(old).toEqual([
      'nv_conversation_bytes{port="tcp/80",from="external",to="web",target="c"} 900',
      'nv_conversation_bytes{port="tcp/443",from="external",to="web",target="c"} 900',
      'nv_conversation_bytes{port="tcp/80",from="web",to="external",target="c"} 70',
    ]);
    const families = await collectorOf("conversation").collect({
      ...{ session, target: "c", limits, roster: undefined },
      signal: AbortSignal.timeout(20_000),
      onFederation: () => undefined,
    });
    expect(families?.map(({ dropped }) => dropped)).toEqual([3, 0, undefined, undefined]);
  });

  test("a limit of 0 shows none", async () => {
    const session = sessionThat({ [path]: { conversations: [talk("web", "db", 5, 1)], endpoints } });
    const limits = { conversations: 0, events: 5 };
    expect(await linesOf(collectorOf("conversation"), session, { limits, names: "both" })).toEqual([
      'nv_conversations{policy_action="allow",target="c"} 1',
    ]);
  });
});
