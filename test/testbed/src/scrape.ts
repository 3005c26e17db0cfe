/** The lines of a scrape that are samples. @throws Error unless it answers 200. */
export async function scrape(base: string): Promise<string[]> {
  const reply = await fetch(`${base}/metrics`);
  if (reply.status !== 200) throw new Error(`GET ${base}/metrics answered ${reply.status}`);
  return (await reply.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}
