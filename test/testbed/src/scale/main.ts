import { parseArgs } from "node:util";
import { runScale } from "./scaleRun";

const usage = `npm run scale [-- --stacks 10 --members 100]

Joins so many simulated sites in so many stacks to two simulated masters by the real \`pulumi up\`, shows all of them with
\`fedjoin members --all --check\`, moves the first stack to the other master with \`fedjoin move\`, and prints time and peak
memory.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      stacks: { type: "string", default: "10" },
      members: { type: "string", default: "100" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help === true) {
    console.log(usage);
    return;
  }
  const [stacks, members] = [Number(values.stacks), Number(values.members)];
  if (!(stacks >= 2 && members >= 1)) throw new Error("expected at least 2 stacks of at least 1 member");
  const { costs, checks, move } = await runScale({ stacks, members, say: console.log });
  for (const [step, { seconds, childrenMb, ownMb }] of Object.entries(costs)) {
    console.log(`${step}: ${seconds} s; pulumi and fedjoin ${childrenMb} MB, the simulated controllers ${ownMb} MB`);
  }
  if ([...checks, move].some(({ code }) => code !== 0)) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
