import type { Api } from "@fedjoin/provider/internal/neuvector";
import { expect, test } from "vitest";
import { collectorOf, linesOf, valuesOf } from "../../../support/scraping";

/** A controller with one log that it pages, or of whose parameters it ignores some; each request is added to `asked`. */
function controllerOf(log: () => readonly object[], ignored: readonly string[], asked: string[]): Api {
  return {
    call({ path, sink }) {
      const { pathname, searchParams } = new URL(path, "https://controller");
      const value = (name: string) => (ignored.includes(name) ? undefined : Number(searchParams.get(name) ?? 0));
      const start = value("start") ?? 0;
      const page = log().slice(start, start + (value("limit") ?? Infinity));
      const name = pathname.endsWith("/audit") ? "audits" : "threats";
      const isLog = /audit|threat/.test(pathname);
      if (isLog) asked.push(`${searchParams.get("start") ?? 0}+${searchParams.get("limit")}`);
      sink?.(Buffer.from(JSON.stringify({ [name]: isLog ? page : [] })));
      return Promise.resolve(undefined);
    },
  };
}

const log = (length: number) =>
  Array.from({ length }, (_, index) => ({
    ...{ id: `e${length - index}`, level: "Warning", reported_timestamp: 1_000_000 + length - index },
    ...{ name: "Admission.Control.Denied", message: "It is denied because of deny rule id 7 with criteria" },
  }));

const counted = {
  log: 'nv_security_events_total{log="threat",level="Warning"}',
  admission_denial: 'nv_admission_denials_total{mode="protect",reason="deny_rule",rule="7"}',
};

test.each<readonly [keyof typeof counted, readonly string[], number, readonly string[]]>([
  ["log", [], 600, ["0+16", "16+256", "272+256", "528+256"]],
  ["log", ["start"], 256, ["0+16", "16+256"]],
  ["log", ["limit"], 600, ["0+16"]],
  ["log", ["start", "limit"], 600, ["0+16"]],
  ["admission_denial", [], 600, ["0+16", "16+256", "272+256", "528+256"]],
  ["admission_denial", ["start"], 256, ["0+16", "16+256"]],
  ["admission_denial", ["limit"], 600, ["0+16"]],
  ["admission_denial", ["start", "limit"], 600, ["0+16"]],
])(
  "%s: of a controller that ignores %j, %i of 600 new entries are counted, each once",
  async (name, ignored, count, requests) => {
    const collector = collectorOf(name);
    const asked: string[] = [];
    let entries = log(20);
    const scrape = () =>
      linesOf(
        collector,
        controllerOf(() => entries, ignored, asked),
        { names: "new" },
      );
    await scrape();
    asked.length = 0;
    entries = [...log(620)];
    expect(valuesOf(await scrape())[counted[name]]).toBe(count);
    expect(asked).toEqual(requests);
  },
);
