import { createRequire } from "node:module";
import { join } from "node:path";
import type * as arrayReader from "../../provider/src/neuvector/json/arrayReader";
import { repositoryRoot } from "@fedjoin/testbed";
import { median } from "./median";
import { responsesFor } from "./responses";
import { sizes } from "./sizes";

// The package does not export its reader.
const { createArrayReader } = createRequire(__filename)(
  join(repositoryRoot, "provider/dist/neuvector/json/arrayReader.js"),
) as typeof arrayReader;

/** The members of conversations and of their endpoints that the exporter's metrics need. */
const selected = {
  conversations: ["from", "to", "bytes", "sessions", "severity", "policy_action", "ports"],
  endpoints: ["id", "name", "domain", "service", "kind"],
} as const;

const rounds = 15;
const chunkBytes = 64 * 1024;

/** Reads `text` as it would arrive from a controller. */
function readArrays(
  text: Buffer,
  members: Readonly<Record<keyof typeof selected, readonly string[] | undefined>>,
): void {
  let items = 0;
  const onItems = (some: readonly unknown[]): void => {
    items += some.length;
  };
  const reader = createArrayReader("bench", {
    conversations: { onItems, members: members.conversations },
    endpoints: { onItems, members: members.endpoints },
  });
  for (let at = 0; at < text.length; at += chunkBytes) reader.push(text.subarray(at, at + chunkBytes));
  reader.end();
  if (items !== sizes.L.conversations + sizes.L.workloads) throw new Error(`read ${items} items`);
}

const readers: Readonly<Record<string, (text: Buffer) => void>> = {
  "this reader, selected members": (text) => {
    readArrays(text, selected);
  },
  "this reader, all members": (text) => {
    readArrays(text, { conversations: undefined, endpoints: undefined });
  },
  "JSON.parse": (text) => {
    JSON.parse(text.toString("utf8"));
  },
};

function cpuMs(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** Prints the median CPU time of each reader for the conversations of size L. The readers take turns. */
function main(): void {
  const answer = responsesFor(sizes.L).get("/v1/conversation");
  if (answer === undefined || !("whole" in answer)) throw new Error("there are no conversations");
  const text = Buffer.from(JSON.stringify(answer.whole));
  const times = new Map(Object.keys(readers).map((name): [string, number[]] => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, read] of Object.entries(readers)) {
      times.get(name)?.push(
        cpuMs(() => {
          read(text);
        }),
      );
    }
  }
  console.log(`CPU ms for ${(text.length / 1e6).toFixed(1)} MB of conversations, median of ${rounds}`);
  for (const [name, values] of times) console.log(`${median(values).toFixed(0).padStart(6)}  ${name}`);
}

main();
