import type { Log, LogLevel } from "@fedjoin/provider/internal/neuvector";
import pino from "pino";
import * as z from "zod";

export interface LoggerSettings {
  readonly level: LogLevel;
  readonly format: "text" | "json";
}

/** A log that passes each line, including its line break, to `write`. */
export function createLogger({ level, format }: LoggerSettings, write: (line: string) => void): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write:
        format === "json"
          ? write
          : (line) => {
              write(toText(line));
            },
    },
  );
  return (lineLevel, message, fields = {}) => {
    logger[lineLevel](fields, message);
  };
}

const record = z.looseObject({ level: z.string(), time: z.string(), msg: z.string() });

/** Formats `time level message key=value…`, always on one line. */
function toText(json: string): string {
  const { level, time, msg, ...fields } = record.parse(JSON.parse(json));
  const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${String(value)}`);
  const line = `${time} ${level.padEnd(5)} ${msg}${pairs.join("")}`;
  return `${line.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")}\n`;
}
