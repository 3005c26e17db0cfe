import { repositoryRoot } from "@fedjoin/testbed";
import { expect, test } from "vitest";
import { createSeededRandom } from "@fedjoin/simulator";
import { huntPlanted, plantedNames } from "../../simulation/src/planted/planted";

test("the search finds a sample of the planted defects, and nothing in the same runs without them", async () => {
  const random = createSeededRandom(16);
  const all = plantedNames(repositoryRoot);
  const names = [1, 2].map(() => all.splice(random.below(all.length), 1)[0] ?? "");
  const { defects, clean } = await huntPlanted(repositoryRoot, { names, workers: 2, seconds: 60 }, () => undefined);
  expect(defects.map(({ name, found }) => ({ name, isFound: found !== undefined }))).toEqual(
    expect.arrayContaining(names.map((name) => ({ name, isFound: true }))),
  );
  expect(clean.found).toBeUndefined();
}, 600_000);
