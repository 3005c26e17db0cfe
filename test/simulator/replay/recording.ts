import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

const exchange = z.object({
  line: z.int(),
  peer: z.enum(["A", "B", "C", "A-fed"]),
  note: z.string(),
  method: z.string(),
  path: z.string(),
  req_headers: z.record(z.string(), z.string()),
  req_body: z.unknown(),
  status: z.int(),
  resp_headers: z.record(z.string(), z.string()),
  body: z.unknown(),
});

/** One request to a real controller and its answer; the fields are explained in test/fixtures/README.md. */
export type Exchange = z.infer<typeof exchange>;
export type PeerName = "A" | "B" | "C";

/** The recorded exchanges, in the order in which they happened. */
export function readRecording(): readonly Exchange[] {
  const file = join(process.cwd(), "test/fixtures/recordedFederation.jsonl");
  return readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => exchange.parse(JSON.parse(line)));
}
