/** How many samples each metric of an exposition has. */
export function countSamples(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of text.split("\n")) {
    const name = /^[a-zA-Z_:][\w:]*/.exec(line)?.[0];
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** What is wrong with a scrape, a line each: a metric with another number of samples than demanded, a collector that failed. */
export function sampleMismatches(text: string, demanded: ReadonlyMap<string, number>): readonly string[] {
  const found = countSamples(text);
  const counts = [...demanded].flatMap(([name, count]) => {
    const actual = found.get(name) ?? 0;
    return actual === count ? [] : [`${name} has ${actual} samples instead of ${count}`];
  });
  const failed = [...text.matchAll(/^nv_scrape_collector_success\{collector="(\w+)"\} 0$/gm)];
  return [...counts, ...failed.map(([, name]) => `the collector ${name ?? ""} failed`)];
}
