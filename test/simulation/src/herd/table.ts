import { joinsPerMinute, type HerdFigures } from "./herd";
import { runHerd } from "./herdWorld";
import { modelHerd } from "./queueModel";
import { settings, strategies, type Strategy } from "./strategies";

const sizes = [10, 100, 1_000, 10_000, 100_000];
/** Larger herds are computed by the model alone. In a stack, each join reads the master's whole list. */
const largestWorld = { exporters: 1_000, stack: 100 };
const largestMean = 1_000;
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
const estates = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];

/** Prints what becomes of each herd, and the largest estate that each setting carries. */
export async function printHerds(print: (line: string) => void): Promise<void> {
  print("| strategy | sites | from | joined | joins a minute | peak queue | wasted | stale | last join after |");
  print("| --- | --: | --- | --: | --: | --: | --: | --: | --: |");
  for (const strategy of strategies) {
    for (const sites of sizes) {
      if (sites <= largestWorld[strategy.herd.by]) {
        print(row(strategy, sites, "world", await runHerd({ ...strategy.herd, sites }, 1)));
      }
      print(row(strategy, sites, "model", meanOfModel(strategy, sites)));
    }
  }
  print("");
  print("| settings | largest estate |");
  print("| --- | --: |");
  for (const setting of settings) print(`| ${setting.name} | ${largestEstate(setting) ?? "none"} |`);
}

/** The mean of some seeds; of one for a herd in which chance evens out. */
function meanOfModel({ herd }: Strategy, sites: number): HerdFigures {
  const runs = (sites > largestMean ? seeds.slice(0, 1) : seeds).map((seed) => modelHerd({ ...herd, sites }, seed));
  const mean = (of: (figures: HerdFigures) => number): number =>
    runs.reduce((sum, figures) => sum + of(figures), 0) / runs.length;
  return {
    joined: mean(({ joined }) => joined),
    wasted: mean(({ wasted }) => wasted),
    peakQueue: mean(({ peakQueue }) => peakQueue),
    stale: mean(({ stale }) => stale),
    lastJoinMs: mean(({ lastJoinMs }) => lastJoinMs ?? 0),
  };
}

/** The largest size up to which every seed ends with all sites joined and no stale entry. */
function largestEstate({ herd }: Strategy): number | undefined {
  const firstTooLarge = estates.findIndex((sites) =>
    seeds.some((seed) => {
      const { joined, stale } = modelHerd({ ...herd, sites }, seed);
      return joined < sites || stale > 0;
    }),
  );
  return firstTooLarge < 0 ? estates.at(-1) : estates[firstTooLarge - 1];
}

function row({ name }: Strategy, sites: number, from: string, figures: HerdFigures): string {
  const { joined, peakQueue, wasted, stale, lastJoinMs } = figures;
  const counts = [joined, joinsPerMinute(figures), peakQueue, wasted, stale].map(Math.round);
  return `| ${[name, sites, from, ...counts, `${Math.round((lastJoinMs ?? 0) / 1000)} s`].join(" | ")} |`;
}
