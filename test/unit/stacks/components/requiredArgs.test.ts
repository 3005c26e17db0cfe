import { expect, test } from "vitest";
import { requireArgs, type RequiredArgs } from "../../../../stacks/src/components/requiredArgs";

const holding = (...holds: readonly string[]) => ({ existingSecret: { name: "vault", holds } });
const pushUrl = holding("EXPORTER_PUSH_URL");
const tokenUrl = holding("JOIN_TOKEN_URL");
const user = { credentials: { username: "u" } };
const url = "https://metrics.example.com/v1/metrics";
const join = { joinVia: "controller" } as NonNullable<RequiredArgs["join"]>;
const networkPolicy = { scrapers: [] };
const rule = { ports: [{ port: 443 }] };

test.each<readonly [RequiredArgs, string]>([
  [{ push: {} }, "push.url is required, unless existingSecret.holds has EXPORTER_PUSH_URL"],
  [{ push: {}, ...holding("CTRL_APIKEY") }, "push.url is required, unless existingSecret.holds has EXPORTER_PUSH_URL"],
  [
    { push: { url, ...user }, ...pushUrl },
    "push.credentials.password is required, unless existingSecret.holds has EXPORTER_PUSH_PASSWORD",
  ],
  [{ push: {}, networkPolicy, ...pushUrl }, "networkPolicy.push is required: existingSecret holds the push URL"],
  [{ join, networkPolicy, ...tokenUrl }, "networkPolicy.tokenUrl is required: existingSecret holds the token URL"],
])("%j is refused", (args, problem) => {
  expect(() => {
    requireArgs(args);
  }).toThrow(problem);
});

test.each<RequiredArgs>([
  {},
  { networkPolicy },
  { push: { url }, networkPolicy },
  { push: { url, credentials: { username: "u", password: "p" } } },
  { push: { url: Promise.resolve(url), credentials: Promise.resolve({ username: "u" }) } },
  { push: user, ...holding("EXPORTER_PUSH_URL", "EXPORTER_PUSH_PASSWORD") },
  { push: {}, networkPolicy: { ...networkPolicy, push: rule }, ...pushUrl },
  { join, networkPolicy: { ...networkPolicy, tokenUrl: rule }, ...tokenUrl },
])("%j is complete", (args) => {
  expect(() => {
    requireArgs(args);
  }).not.toThrow();
});
