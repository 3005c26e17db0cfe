import { expect, test } from "vitest";
import { findReferences, pinReferences } from "../../release/references";

const commit = "0123456789abcdef0123456789abcdef01234567";
const digest = `sha256:${"ab".repeat(32)}`;

const workflow = `
jobs:
  ci:
    uses: ./.github/workflows/ci.yml
  build:
    env:
      BUILDKIT_IMAGE: moby/buildkit:buildx-stable-1
    steps:
      - uses: actions/checkout@${commit} # v7.0.1
      - uses: actions/cache@v5
      - uses: actions/cache/restore@v5
      - run: docker build --tag fedjoin-exporter:test .
`;
const dockerfile = `
FROM --platform=\${BUILDPLATFORM} node:22-slim AS build
COPY --from=build /app /app
FROM gcr.io/distroless/nodejs22-debian12:nonroot@${digest}
`;

test("finds what comes from elsewhere, and tells a version from a content", () => {
  expect(findReferences(workflow)).toMatchObject([
    { kind: "action", name: "actions/checkout", version: "v7.0.1", content: commit },
    { kind: "action", name: "actions/cache", version: "v5", content: undefined },
    { kind: "action", name: "actions/cache/restore", version: "v5", content: undefined },
    { kind: "image", name: "moby/buildkit", version: "buildx-stable-1", content: undefined },
  ]);
  expect(findReferences(dockerfile)).toMatchObject([
    { kind: "image", name: "node", version: "22-slim", content: undefined },
    { kind: "image", name: "gcr.io/distroless/nodejs22-debian12", version: "nonroot", content: digest },
  ]);
});

test("pins by content, keeps the version beside it, and changes nothing else", () => {
  const contents = (text: string) =>
    new Map(
      findReferences(text)
        .filter(({ content }) => content === undefined)
        .map((each) => [each, each.kind === "action" ? commit : digest] as const),
    );
  const pinned = pinReferences(dockerfile, contents(dockerfile));
  expect(pinned).toBe(dockerfile.replace("node:22-slim", `node:22-slim@${digest}`));
  const other = pinReferences(workflow, contents(workflow));
  expect(other).toContain(`uses: actions/cache@${commit} # v5\n`);
  expect(other).toContain(`uses: actions/cache/restore@${commit} # v5\n`);
  expect(findReferences(other + pinned).filter(({ content }) => content === undefined)).toEqual([]);
  expect(findReferences(other).map(({ version }) => version)).toEqual(
    findReferences(workflow).map((each) => each.version),
  );
});
