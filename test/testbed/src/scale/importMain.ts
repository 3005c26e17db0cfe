import { parseCommandLine, runProgram, wholeNumberOption } from "@fedjoin/provider/internal/commandLine";
import { runImport } from "./importRun";

const mostSeconds = { own: 20, whole: 90 };
const readOnly = ["DELETE /v1/auth", "GET /v1/fed/member", "POST /v1/auth"];

const commandLine = parseCommandLine<{ readonly members: number }>(
  "npm run bench:import --",
  process.argv.slice(2),
  (program, select) => {
    program
      .description(
        `Adopts the memberships of many simulated sites by fedjoin import and the real pulumi import, and prints
what the controllers received, where a secret stands in the clear, and the time.`,
      )
      .addOption(wholeNumberOption("--members <n>", "number of members", 1).default(1000))
      .action(select);
  },
);

void runProgram(commandLine, 1, async ({ members }) => {
  const { imported, isUnchanged, requests, leaks, seconds } = await runImport({ members, say: console.log });
  for (const [kind, count] of Object.entries(requests)) console.log(`${kind}: ${count}`);
  console.log(`secrets in the clear: ${leaks.length}`);
  console.log(
    `imported: ${imported.length} of ${members}; the next up ${isUnchanged ? "changed nothing" : "changed something"}`,
  );
  console.log(
    `own ${seconds.own.toFixed(1)} s of ${mostSeconds.own}, whole ${seconds.whole.toFixed(1)} s of ${mostSeconds.whole}`,
  );
  console.log(
    `ratio ${(seconds.whole / (seconds.whole - seconds.own)).toFixed(2)} of the whole to pulumi import alone`,
  );
  const isReadOnly = Object.keys(requests).every((kind) => readOnly.includes(kind));
  return isUnchanged && isReadOnly && leaks.length === 0 && imported.length === members ? 0 : 1;
});
