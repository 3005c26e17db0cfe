import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

const exchange = z.object({
  line: z.int(),
  peer: z.enum(["A", "B", "C", "D", "E", "A-fed"]),
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

/** One request to a real controller and its answer; the fields are explained in test/fixtures/README.md. */
export type Exchange = z.infer<typeof exchange>;

/** The exchanges of a recording in `test/fixtures`, in the order in which they happened. */
export function readRecording(name: "recordedFederation" | "recordedRaces"): readonly Exchange[] {
  return readFileSync(join(process.cwd(), "test/fixtures", `${name}.jsonl`), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => exchange.parse(JSON.parse(line)));
}
