import { describe, expect, test } from "vitest";
import { collectorOf, linesOf, named, newLines, oldLines, sessionThat } from "../../../support/scraping";

type Rows = readonly object[] | null;

/** What a controller answers to a request for so many entries of each log. */
const answer = (threats: Rows, incidents: Rows = null, violations: Rows = null, limit = 256) => ({
  [`/v1/log/threat?limit=${limit}`]: { threats },
  [`/v1/log/incident?limit=${limit}`]: { incidents },
  [`/v1/log/violation?limit=${limit}`]: { violations },
});

const at = { reported_timestamp: 1795441432, level: "Critical" };
const threat = {
  ...{ ...at, id: "thr-1", name: "SQL.Injection", client_workload_name: "web", client_workload_domain: "shop" },
  ...{ server_workload_name: "db", server_workload_domain: "pay" },
};
const incident = {
  ...{ ...at, id: "inc-1", name: "Container.File.Violation", cluster_name: "edge" },
  ...{ workload_id: "1111", workload_name: "web-11", workload_domain: "shop" },
  ...{ proc_name: "nc", proc_path: "/bin/nc", proc_cmd: "nc -l", file_path: "/etc", file_name: ["/etc/x", "/etc/y"] },
};
const violation = {
  ...{ ...at, id: "vio-1", client_id: "1212", client_name: "web-12", client_domain: "shop" },
  ...{ server_name: "web-11", server_domain: "front" },
};

describe("log: metrics of the Python exporter", () => {
  test("R16: have the labels of each log, with a threat's server as tons (Q3), and files as one label (Q14)", async () => {
    expect(await oldLines("log", answer([threat], [incident], [violation]))).toEqual([
      'nv_log_events{log="threat",id="thr-1",name="SQL.Injection",fromname="web",fromns="shop",toname="db",tons="db",target="c"} 1795441432000',
      'nv_log_events{log="incident",id="inc-1",name="Container.File.Violation",fromname="web-11",fromns="shop",toname=" ",tons=" ",target="c",fromid="1111",cluster="edge",procname="nc",procpath="/bin/nc",proccmd="nc -l",filepath="/etc",filename="/etc/x,/etc/y"} 1795441432000',
      'nv_log_events{log="violation",id="vio-1",name="Network Violation",fromname="web-12",fromns="shop",toname="web-11",tons="front",target="c",fromid="1212"} 1795441432000',
    ]);
  });

  test("R16: have no event without a time, and empty labels for missing fields (Q21)", async () => {
    const incidents = [{ ...at, id: "inc-2" }, { ...at, id: "inc-3", file_name: "/etc/z" }, { id: "no time" }];
    const blank = (id: string, file: string) =>
      `nv_log_events{log="incident",id="${id}",name="",fromname="",fromns="",toname=" ",tons=" ",target="c",fromid="",cluster="",procname="",procpath="",proccmd="",filepath="",filename="${file}"} 1795441432000`;
    expect(await oldLines("log", answer([{ ...at, id: "thr-2" }], incidents))).toEqual([
      'nv_log_events{log="threat",id="thr-2",name="",fromname="",fromns="",toname="",tons="",target="c"} 1795441432000',
      blank("inc-2", ""),
      blank("inc-3", "/etc/z"),
    ]);
  });

  test("R16: show the newest of two events with the same labels", async () => {
    const lines = await oldLines("log", answer([], [], [violation, { ...violation, reported_timestamp: 1 }]));
    expect(lines).toEqual([expect.stringMatching(/ 1795441432000$/)]);
  });

  test.each([
    [undefined, 5],
    [2, 2],
    [0, 0],
  ])("R16, Q19: show with a limit of %s the %i newest events of each log", async (events, count) => {
    const threats = Array.from({ length: 9 }, (_, index) => ({ ...threat, id: `thr-${index}` }));
    const limits = events === undefined ? {} : { limits: { events } };
    const lines = await linesOf(collectorOf("log"), sessionThat(answer(threats)), { names: "old", ...limits });
    const ids = Array.from({ length: count }, (_, index) => `thr-${index}`);
    expect(lines.map((line) => /id="(thr-\d)"/.exec(line)?.[1])).toEqual(ids);
  });
});

describe("log: new metrics", () => {
  const name = "nv_security_event_timestamp_seconds";

  test("Q3: show the newest events of all logs with both ends, each with its namespace", async () => {
    const lines = await newLines("log", answer([threat], [incident], [violation]));
    expect(named(lines, name)).toEqual([
      `${name}{log="threat",id="thr-1",name="SQL.Injection",level="Critical",from="web",from_namespace="shop",to="db",to_namespace="pay",target="c"} 1795441432`,
      `${name}{log="incident",id="inc-1",name="Container.File.Violation",level="Critical",from="web-11",from_namespace="shop",target="c"} 1795441432`,
      `${name}{log="violation",id="vio-1",name="Network Violation",level="Critical",from="web-12",from_namespace="shop",to="web-11",to_namespace="front",target="c"} 1795441432`,
    ]);
  });

  test("Q3: have empty labels for what is missing, null or of another type, and no event without a time", async () => {
    const odd = { server_workload_domain: 7, client_workload_domain: null, level: "Loud", reported_timestamp: 1 };
    const timeless = { ...threat, reported_timestamp: undefined };
    expect(named(await newLines("log", answer([{ id: "a", ...odd }, timeless], null, [])), name)).toEqual([
      `${name}{log="threat",id="a",name="",level="other",from="",from_namespace="",to="",to_namespace="",target="c"} 1`,
    ]);
  });

  test("Q3, Q19: show no more events of each log than the limit", async () => {
    const many = Array.from({ length: 50 }, (_, index) => ({ id: `e-${index}`, reported_timestamp: 100 - index }));
    const lines = await newLines("log", answer(many, many, many), {
      limits: { events: 3 },
    });
    expect(named(lines, name)).toHaveLength(9);
  });

  test("count each log of one controller from its first scrape on, and show when its newest entry was", async () => {
    const answers = answer([threat], null, [{ ...violation, reported_timestamp: 7 }]);
    const later = [{ ...threat, id: "3", level: "Alert" }, { ...threat, id: "2", level: "Error" }, threat];
    const session = sessionThat({ ...answers, ...answer(later, [incident], null, 16) });
    const [one, other] = [collectorOf("log"), collectorOf("log")];
    const counts = async (collector: typeof one) =>
      named(await linesOf(collector, session, { names: "new" }), "nv_security_events_total");
    const first = await linesOf(one, session, { names: "new" });
    expect(named(first, "nv_log_last_event_timestamp_seconds")).toEqual([
      'nv_log_last_event_timestamp_seconds{log="threat",target="c"} 1795441432',
      'nv_log_last_event_timestamp_seconds{log="violation",target="c"} 7',
    ]);
    const zero = (line: string) => line.endsWith(" 0");
    expect(named(first, "nv_security_events_total").filter(zero)).toHaveLength(3 * 9);
    expect((await counts(one)).filter((line) => !zero(line))).toEqual([
      'nv_security_events_total{log="threat",level="Alert",target="c"} 1',
      'nv_security_events_total{log="threat",level="Error",target="c"} 1',
      'nv_security_events_total{log="incident",level="Critical",target="c"} 1',
    ]);
    expect((await counts(other)).filter((line) => !zero(line))).toEqual([]);
  });

  test("sum the hits of sensors from the first read on", async () => {
    const hit = { ...threat, threat_id: 40_001, sensor: "sensor.sqli", action: "deny", count: 4 };
    const later = [{ ...hit, id: "thr-2" }, hit];
    const session = sessionThat({ ...answer([hit]), ...answer(later, null, null, 16) });
    const collector = collectorOf("log");
    const hits = async () => named(await linesOf(collector, session, { names: "new" }), "nv_sensor_hits_total");
    expect(await hits()).toEqual([]);
    expect(await hits()).toEqual(['nv_sensor_hits_total{kind="waf",sensor="sensor.sqli",action="deny",target="c"} 4']);
    expect(await hits()).toHaveLength(1);
  });
});
