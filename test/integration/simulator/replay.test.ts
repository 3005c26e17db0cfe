import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Reply } from "../../simulator/src/controllerHandle";
import { createTestCa } from "../../simulator/src/certificates";
import { normalize } from "../../simulator/src/replay/normalize";
import { segments } from "../../simulator/src/replay/plan";
import type { Segment } from "../../simulator/src/replay/plan";
import { readRecording } from "../../simulator/src/replay/recording";
import type { Exchange } from "../../simulator/src/replay/recording";
import { startReplayer } from "../../simulator/src/replay/replayer";
import type { Replayer } from "../../simulator/src/replay/replayer";

/** What happened around the controllers just before a recorded request. */
const events: Readonly<Record<number, (replayer: Replayer) => void | Promise<void>>> = {
  26: ({ sessions }) => void sessions.set("A first", sessions.get("A admin") ?? ""),
  32: ({ sessions }) => void sessions.set("A admin", sessions.get("A first") ?? ""),
  161: cleanupIsOver,
  603: ({ paths }) => {
    paths.toB.setMode("cut");
  },
  605: ({ paths }) => {
    paths.toB.setMode("open");
  },
  647: cleanupIsOver,
  653: ({ paths }) => {
    paths.toB.setMode("cut");
  },
  678: ({ paths }) => {
    paths.toB.setMode("open");
  },
  703: ({ paths }) => {
    paths.toMaster.setMode("cut");
  },
  704: ({ paths }) => {
    paths.toMaster.setMode("open");
  },
  747: ({ paths }) => {
    paths.toB.setMode("cut");
  },
  748: ({ paths }) => {
    paths.toB.setMode("open");
  },
  787: cleanupIsOver,
  792: ({ paths }) => {
    paths.toMaster.setMode("cut");
  },
  804: async (replayer) => {
    replayer.paths.toMaster.setMode("open");
    await cleanupIsOver(replayer);
  },
  827: async ({ peers, paths }) => {
    await vi.waitUntil(() => peers.A?.members().length === 1, { timeout: 10_000 });
    paths.toB.setMode("held");
  },
  841: async ({ peers, paths }) => {
    paths.toB.setMode("open");
    await vi.waitUntil(() => peers.A?.members().length === 2, { timeout: 10_000 });
  },
};

/** B has purged the rules of its last membership: only then it asks a caller who he is. */
async function cleanupIsOver({ peers: { B } }: Replayer): Promise<void> {
  if (!B) throw new Error("no peer B");
  await vi.waitUntil(async () => (await B.request("POST", "/v1/fed/join")).status === 401, { timeout: 10_000 });
}

const comparedHeaders = ["Allow", "Location", "Content-Type", "Cache-Control"];

function recorded({ status, resp_headers: headers, body }: Exchange): unknown {
  if (status === 0) return noAnswer;
  const text = typeof body === "object" && body !== null && "_text" in body ? body._text : undefined;
  return {
    status,
    headers: comparedHeaders.map((name) => headers[name]),
    body: text ?? normalize(body),
  };
}

function replayed({ status, headers, text, body }: Reply): unknown {
  return {
    status,
    headers: comparedHeaders.map((name) => headers[name.toLowerCase()]),
    body: body !== undefined ? normalize(body) : text === "" ? null : text,
  };
}

/** The live answer, or status 0 when the connection is refused. */
async function answerTo(exchange: Exchange, replayer: Replayer): Promise<unknown> {
  try {
    return replayed(await replayer.replay(exchange));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ECONNREFUSED") return noAnswer;
    throw error;
  }
}

const noAnswer = { status: 0 };

const recording = readRecording();

function exchangesOf(segment: Segment): readonly Exchange[] {
  const next = segments[segments.indexOf(segment) + 1]?.fromLine ?? Number.POSITIVE_INFINITY;
  return recording.filter(({ line }) => line >= segment.fromLine && line < next);
}

it("every recorded exchange is replayed once", () => {
  const lines = segments.flatMap(exchangesOf).map(({ line }) => line);
  expect(lines).toEqual(recording.map(({ line }) => line));
  expect(lines).toHaveLength(429);
});

describe.each(segments)("recorded: $name", (segment) => {
  let replayer: Replayer;
  beforeAll(async () => {
    replayer = await startReplayer(segment, await createTestCa());
  });
  afterAll(() => replayer.close());

  it.each(exchangesOf(segment))("line $line: $peer $method $path $note", async (exchange) => {
    await events[exchange.line]?.(replayer);
    expect(await answerTo(exchange, replayer)).toEqual(recorded(exchange));
  });
});
