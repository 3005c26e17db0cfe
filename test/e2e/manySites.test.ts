import { expect, test } from "vitest";
import { runScale } from "@fedjoin/testbed";

const [stacks, members] = [2, 20];

test(`${stacks} stacks of ${members} members on two masters: joined, shown, one stack moved in waves`, async () => {
  const result = await runScale({ stacks, members, say: () => undefined });
  const inPlace = "40 members in 2 stacks: 40 in place, 0 not, 0 undeclared entries";
  expect(result).toMatchObject({
    joined: [members, members],
    checks: [
      { code: 0, summary: inPlace },
      { code: 0, summary: inPlace },
    ],
    move: { code: 0, summary: `${members} done, 0 failed, 0 not tried.` },
    moved: [0, 2 * members],
  });
});
