import { parseArgs } from "node:util";
import { prepareTools } from "@fedjoin/testbed";
import { checkConformance } from "./conformance";

/** Compares the model with the CLI in as many histories as asked for. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      from: { type: "string", default: "1" },
      count: { type: "string", default: "20" },
      length: { type: "string", default: "5" },
      imports: { type: "boolean", default: false },
    },
  });
  const [from, count, length] = [values.from, values.count, values.length].map(Number);
  const seeds = Array.from({ length: count ?? 0 }, (_, index) => (from ?? 1) + index);
  const report = (seed: number, difference: string | undefined) => {
    console.log(`history ${seed}: ${difference ?? "the same"}`);
  };
  const tools = await prepareTools({ say: () => undefined });
  const different = await checkConformance({ tools, seeds, length: length ?? 1, imports: values.imports, report });
  console.log(`${seeds.length} histories, ${different} differ`);
  process.exitCode = different === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
