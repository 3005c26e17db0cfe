import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

const exchangeWith = <Peer extends string>(...peers: readonly Peer[]) =>
  z.object({
    line: z.int(),
    peer: z.enum(peers),
    note: z.string(),
    method: z.string(),
    path: z.string(),
    req_headers: z.record(z.string(), z.string()),
    req_body: z.unknown(),
    status: z.int(),
    resp_headers: z.record(z.string(), z.string()),
    body: z.unknown(),
    ms: z.number().nullable(),
  });

const exchange = exchangeWith("A", "B", "C", "A-fed");
const racing = exchangeWith("A", "C", "D", "E");

/** One request to a real controller and its answer; the fields are explained in test/fixtures/README.md. */
export type Exchange = z.infer<typeof exchange>;
export type PeerName = "A" | "B" | "C";
/** An exchange of the second recording, about what happens at once. */
export type RacingExchange = z.infer<typeof racing>;

/** The recorded exchanges, in the order in which they happened. */
export function readRecording(): readonly Exchange[] {
  return linesOf("recordedFederation.jsonl").map((line) => exchange.parse(line));
}

/** The exchanges of the second recording. */
export function readRaces(): readonly RacingExchange[] {
  return linesOf("recordedRaces.jsonl").map((line) => racing.parse(line));
}

function linesOf(name: string): readonly unknown[] {
  return readFileSync(join(process.cwd(), "test/fixtures", name), "utf8")
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
}
