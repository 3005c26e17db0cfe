import type { Log, LogLevel } from "@fedjoin/provider/internal/neuvector";

export interface LoggerSettings {
  readonly level: LogLevel;
  readonly format: "text" | "json";
}

interface LogEntry {
  readonly level: LogLevel;
  /** ISO 8601. */
  readonly time: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number>>;
}

/** The levels, from the least important up. */
const levels: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** A log that passes each line, including its line break, to `write`. */
export function createLogger({ level: least, format }: LoggerSettings, write: (line: string) => void): Log {
  const toLine = format === "json" ? toJson : toText;
  return (level, message, fields = {}) => {
    if (levels.indexOf(level) < levels.indexOf(least)) return;
    write(`${toLine({ level, time: new Date().toISOString(), message, fields })}\n`);
  };
}

function toJson({ level, time, message, fields }: LogEntry): string {
  return JSON.stringify({ level, time, ...fields, msg: message });
}

/** Formats `time level message key=value…`, always on one line. */
function toText({ level, time, message, fields }: LogEntry): string {
  const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${value}`);
  return `${time} ${level.padEnd(5)} ${message}${pairs.join("")}`.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
}
