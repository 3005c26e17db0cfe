import { Secret } from "@fedjoin/provider/internal/values";
import { expect, test } from "vitest";
import { createLogger, type LoggerSettings } from "../../../exporter/src/logger";

function lines(settings: LoggerSettings, ...messages: Parameters<ReturnType<typeof createLogger>>[]): string[] {
  const written: string[] = [];
  const log = createLogger(settings, (line) => written.push(line));
  for (const each of messages) log(...each);
  return written;
}

test("R10: a log in text has time, level, message and fields on one line, from its level on", () => {
  const message = "Collector summary gave no data: no\nnv_up 1";
  const written = lines({ level: "warn", format: "text" }, ["info", "no"], ["warn", message, { collector: "summary" }]);
  expect(written).toEqual([
    expect.stringMatching(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z warn {2}Collector summary gave no data: no nv_up 1 collector=summary\n$/,
    ),
  ]);
});

test("R10: a log in JSON has the same parts", () => {
  const [line = ""] = lines({ level: "info", format: "json" }, ["info", "100% done", { collector: "summary" }]);
  expect(JSON.parse(line)).toMatchObject({ level: "info", msg: "100% done", collector: "summary" });
});

test("R15: a secret in a message shows nothing", () => {
  const message = `password ${new Secret("canary").toString()}`;
  expect(lines({ level: "info", format: "text" }, ["info", message]).join()).not.toContain("canary");
});
