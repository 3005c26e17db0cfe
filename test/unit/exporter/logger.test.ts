import { Secret } from "@fedjoin/provider/values";
import { describe, expect, test } from "vitest";
import { createLogger, type LoggerSettings } from "../../../exporter/src/logger";

function logged(settings: LoggerSettings, say: (log: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = [];
  say(createLogger(settings, (line) => lines.push(line)));
  return lines;
}

describe("R10: the log", () => {
  test("R10: text is time, level, message and fields on one line", () => {
    const [line] = logged({ level: "info", format: "text" }, (log) => {
      log("warn", "Collector summary gave no data: no\nnv_up 1", { collector: "summary" });
    });
    expect(line).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z warn {2}Collector summary gave no data: no nv_up 1 collector=summary\n$/,
    );
  });

  test("R10: json has the same parts", () => {
    const [line = ""] = logged({ level: "info", format: "json" }, (log) => {
      log("info", "100% done", { collector: "summary" });
    });
    expect(JSON.parse(line)).toMatchObject({ level: "info", msg: "100% done", collector: "summary" });
  });

  test("the level is kept", () => {
    const lines = logged({ level: "warn", format: "text" }, (log) => {
      log("info", "no");
      log("error", "yes");
    });
    expect(lines).toHaveLength(1);
  });

  test("R15: a secret that got into a message by accident shows nothing", () => {
    const [line] = logged({ level: "info", format: "text" }, (log) => {
      log("info", `password ${new Secret("canary").toString()}`);
    });
    expect(line).not.toContain("canary");
  });
});
