import { describe, expect, test } from "vitest";
import {
  collectContext,
  collectorOf,
  huge,
  linesOf,
  newLines,
  oldLines,
  sessionThat,
  valuesOf,
} from "../../../support/scraping";

const answer = (conversations: readonly object[] | null, endpoints: readonly object[] | null = []) => ({
  "/v1/conversation": { conversations, endpoints },
});
const talk = (from: string, to: string, bytes: number, more: object = {}) => ({
  ...{ from, to, bytes, sessions: 1, policy_action: "allow", ports: ["tcp/80", "tcp/443"] },
  ...more,
});

test.each([
  ["the bytes of the whole conversation, once per port", [talk("external", "web", 1234)], [1234, 1234]],
  ["a counter beyond the safe integers", [talk("external", "web", huge, { ports: ["tcp/80"] })], [huge]],
  ["nothing for 0 bytes", [talk("a", "b", 0)], []],
  ["nothing for missing or null ports", [undefined, null].map((ports) => talk("a", "b", 1, { ports })), []],
  ["nothing for a null list", null, []],
])("R16: conversation shows %s", async (_what, conversations, bytes) => {
  const endpoints = [{ id: "external", kind: "external", scan_summary: null, children: null }];
  const lines = await oldLines("conversation", answer(conversations, endpoints));
  const ports = ["tcp/80", "tcp/443"].map((port) => `nv_conversation_bytes{port="${port}",from="external",to="web"}`);
  expect(Object.entries(valuesOf(lines))).toEqual(bytes.map((value, index) => [ports[index], value]));
});

describe("conversation: new metrics", () => {
  const endpoints = [
    { id: "web", domain: "shop", kind: "container" },
    { id: "db", domain: "läden", kind: "container" },
    { id: "external", domain: "", kind: "external" },
    { id: "host:n1", domain: null, kind: "node_ip" },
  ];
  const between = (from: string, to: string) => `from_namespace="${from}",to_namespace="${to}"`;
  const bytes = (from: string, to: string) => `nv_namespace_conversation_bytes{${between(from, to)}}`;
  const sessions = (from: string, to: string) => `nv_namespace_conversation_sessions{${between(from, to)}}`;
  const count = (action: string) => `nv_conversations{policy_action="${action}"}`;

  test("sum up each conversation once by namespace, also those without ports", async () => {
    const conversations = [
      talk("external", "web", 100),
      talk("external", "web", 50, { sessions: 2, policy_action: "violate", ports: null }),
      talk("web", "db", 7, { sessions: 3 }),
      talk("host:n1", "gone", 1, { policy_action: "violate" }),
    ];
    expect(valuesOf(await newLines("conversation", answer(conversations, endpoints)))).toEqual({
      ...{ [bytes("_external", "shop")]: 150, [bytes("shop", "läden")]: 7, [bytes("_node_ip", "_unknown")]: 1 },
      ...{ [sessions("_external", "shop")]: 3, [sessions("shop", "läden")]: 3, [sessions("_node_ip", "_unknown")]: 1 },
      ...{ [count("allow")]: 2, [count("violate")]: 2 },
    });
    expect(await newLines("conversation", answer(null, null))).toEqual([]);
  });

  test("take fields of another type as missing, and the old names stay", async () => {
    const odd = { sessions: "many", policy_action: 7, ports: ["tcp/80"] };
    const answers = answer([talk("web", "db", 5, odd)], [{ id: "db", domain: [], kind: null }]);
    expect(valuesOf(await linesOf(collectorOf("conversation"), sessionThat(answers), { names: "both" }))).toEqual({
      'nv_conversation_bytes{port="tcp/80",from="web",to="db"}': 5,
      ...{ [bytes("_unknown", "_unknown")]: 5, [sessions("_unknown", "_unknown")]: 0, [count("")]: 1 },
    });
  });

  test("keep the largest, in the order of the controller, and tell how many are left out (Q19)", async () => {
    const conversations = [talk("web", "db", 5), talk("external", "web", 900), talk("web", "external", 70)];
    const session = sessionThat(answer(conversations, endpoints));
    const limits = { conversations: 3 };
    const lines = await linesOf(collectorOf("conversation"), session, { limits });
    expect(lines.map((line) => /port="(.*?)",from="(.*?)".* (\d+)$/.exec(line)?.slice(1).join(" "))).toEqual([
      ...["tcp/80 external 900", "tcp/443 external 900", "tcp/80 web 70"],
    ]);
    const families = await collectorOf("conversation").collect(collectContext(session, { limits }));
    expect(families?.map(({ dropped }) => dropped)).toEqual([3, 0, undefined, undefined]);
    const none = { limits: { conversations: 0 }, names: "both" } as const;
    expect(valuesOf(await linesOf(collectorOf("conversation"), session, none))).toEqual({ [count("allow")]: 3 });
  });
});
