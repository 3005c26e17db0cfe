import { choiceOption, parseCommandLine, runProgram } from "@fedjoin/provider/internal/commandLine";
import { prepareCollector, prepareTools } from "@fedjoin/testbed";
import { comparePush } from "./pushComparison";
import { measurePushCost } from "./pushCost";
import { withPushTestbed } from "./pushTestbed";
import { sizeNames, type SizeName } from "./sizes";

const commandLine = parseCommandLine<{ readonly size: SizeName; readonly collector?: true }>(
  "npm run bench:push --",
  process.argv.slice(2),
  (program, select) => {
    program
      .description("Compares what a Prometheus has from pushes of the built exporter with what it has from scrapes.")
      .addOption(choiceOption("--size <size>", "size of the cluster", sizeNames).default("M"))
      .option("--collector", "push through an OpenTelemetry Collector")
      .action(select);
  },
);

/** Exit code 1 if anything differs: CPU time is reported, not judged. */
void runProgram(commandLine, 1, async ({ size, collector }) => {
  const { prometheus } = await prepareTools({ say: console.log });
  const commands = { prometheus, ...(collector && { collector: await prepareCollector({ say: console.log }) }) };
  return withPushTestbed(size, commands, async (testbed) => {
    const { series, differences, queries, differentQueries } = await comparePush(testbed);
    const { pushMs, scrapeMs } = await measurePushCost(testbed);
    const lines = [
      `${series} series, ${differences.length} differ`,
      ...differences,
      `${queries} queries of the dashboard, ${differentQueries.length} are answered otherwise`,
      ...differentQueries,
      `CPU time of a push ${Math.round(pushMs)} ms, of a scrape ${Math.round(scrapeMs)} ms`,
      `ratio ${(pushMs / scrapeMs).toFixed(2)}`,
    ];
    console.log(lines.join("\n"));
    return differences.length + differentQueries.length === 0 ? 0 : 1;
  });
});
