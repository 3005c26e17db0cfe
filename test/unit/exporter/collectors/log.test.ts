import { describe, expect, test } from "vitest";
import type { CollectContext } from "../../../../exporter/src/collectors/collector";
import { named, newLines, oldLines, type Answers } from "../../../support/scraping";

describe("log: metrics of the Python exporter", () => {
  const at = { reported_timestamp: 1795441432 };
  const threat = {
    ...at,
    id: "thr-1",
    name: "SQL.Injection",
    client_workload_name: "external",
    server_workload_name: "web-11",
    server_workload_domain: "shop",
  };
  const incident = {
    ...at,
    id: "inc-1",
    name: "Container.File.Violation",
    cluster_name: "edge",
    workload_id: "1111",
    workload_name: "web-11",
    workload_domain: "shop",
    proc_name: "nc",
    proc_path: "/bin/nc",
    proc_cmd: "nc -l",
    file_path: "/etc",
    file_name: ["/etc/x", "/etc/y"],
  };
  const violation = {
    ...at,
    id: "vio-1",
    client_id: "1212",
    client_name: "web-12",
    client_domain: "shop",
    server_name: "web-11",
    server_domain: "front",
  };
  const answers = (threats: unknown, incidents: unknown, violations: unknown) => ({
    "/v1/log/threat?limit=256": { threats },
    "/v1/log/incident?limit=256": { incidents },
    "/v1/log/violation?limit=256": { violations },
  });

  test("R16: the labels of each log, with a threat's server name as tons", async () => {
    expect(await oldLines("log", answers([threat], [incident], [violation]))).toEqual([
      'nv_log_events{log="threat",id="thr-1",name="SQL.Injection",fromname="external",fromns="",toname="web-11",tons="web-11",target="c"} 1795441432000',
      'nv_log_events{log="incident",id="inc-1",name="Container.File.Violation",fromname="web-11",fromns="shop",toname=" ",tons=" ",target="c",fromid="1111",cluster="edge",procname="nc",procpath="/bin/nc",proccmd="nc -l",filepath="/etc",filename="/etc/x,/etc/y"} 1795441432000',
      'nv_log_events{log="violation",id="vio-1",name="Network Violation",fromname="web-12",fromns="shop",toname="web-11",tons="front",target="c",fromid="1212"} 1795441432000',
    ]);
  });

  test("R16: missing fields are blank, an event without a time is left out, a file name may be one text", async () => {
    const incidents = [{ ...at, id: "inc-2" }, { ...at, id: "inc-3", file_name: "/etc/z" }, { id: "no time" }];
    const blank =
      'id="ID",name="",fromname="",fromns="",toname=" ",tons=" ",target="c",fromid="",cluster="",procname="",procpath="",proccmd="",filepath="",filename="FILE"';
    expect(await oldLines("log", answers([{ ...at, id: "thr-2" }], incidents, null))).toEqual([
      'nv_log_events{log="threat",id="thr-2",name="",fromname="",fromns="",toname="",tons="",target="c"} 1795441432000',
      `nv_log_events{log="incident",${blank.replace("ID", "inc-2").replace("FILE", "")}} 1795441432000`,
      `nv_log_events{log="incident",${blank.replace("ID", "inc-3").replace("FILE", "/etc/z")}} 1795441432000`,
    ]);
  });

  test("R16: at most five of each, also of a controller that sends more", async () => {
    const threats = Array.from({ length: 9 }, (_, index) => ({ ...threat, id: `thr-${index}` }));
    const lines = await oldLines("log", answers(threats, [], []));
    expect(lines.map((line) => /id="(thr-\d)"/.exec(line)?.[1])).toEqual(["thr-0", "thr-1", "thr-2", "thr-3", "thr-4"]);
  });

  test("R16: of two events with the same labels the newest counts", async () => {
    const older = { ...violation, reported_timestamp: 1 };
    const lines = await oldLines("log", answers([], [], [violation, older]));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/ 1795441432000$/);
  });
});

describe("log: new metrics", () => {
  const ends = {
    ...{ client_workload_name: "web", client_workload_domain: "shop" },
    ...{ server_workload_name: "db", server_workload_domain: "pay" },
  };
  const answers = (threats: unknown, incidents: unknown, violations: unknown): Answers => ({
    "/v1/log/threat?limit=256": { threats },
    "/v1/log/incident?limit=256": { incidents },
    "/v1/log/violation?limit=256": { violations },
  });
  const times = async (given: Answers, context: Partial<CollectContext> = {}) =>
    named(await newLines("log", given, context), "nv_security_event_timestamp_seconds");

  test("Q3: shows the newest events of all logs with both ends, each with its namespace", async () => {
    const at = { reported_timestamp: 7, level: "Critical" };
    const threat = { ...at, ...ends, id: "t", name: "SQL.Injection" };
    const incident = { ...at, id: "i", name: "Container.Violation", workload_name: "web", workload_domain: "shop" };
    const violation = { ...at, id: "v", client_name: "web", server_name: "db", server_domain: "pay" };
    expect(await times(answers([threat], [incident], [violation]))).toEqual([
      'nv_security_event_timestamp_seconds{log="threat",id="t",name="SQL.Injection",level="Critical",from="web",from_namespace="shop",to="db",to_namespace="pay",target="c"} 7',
      'nv_security_event_timestamp_seconds{log="incident",id="i",name="Container.Violation",level="Critical",from="web",from_namespace="shop",target="c"} 7',
      'nv_security_event_timestamp_seconds{log="violation",id="v",name="Network Violation",level="Critical",from="web",from_namespace="",to="db",to_namespace="pay",target="c"} 7',
    ]);
  });

  test("Q3: what is missing, null or of another type is empty, and an event without a time is no sample", async () => {
    const odd = { server_workload_domain: 7, client_workload_domain: null, level: "Loud", reported_timestamp: 1 };
    expect(
      await times(
        answers(
          [
            { id: "a", ...odd },
            { id: "b", ...ends },
          ],
          null,
          [],
        ),
      ),
    ).toEqual([
      'nv_security_event_timestamp_seconds{log="threat",id="a",name="",level="other",from="",from_namespace="",to="",to_namespace="",target="c"} 1',
    ]);
  });

  test("Q3, Q19: shows no more events of each log than the limit", async () => {
    const many = Array.from({ length: 50 }, (_, index) => ({ id: `e-${index}`, reported_timestamp: 100 - index }));
    const limits = { conversations: 1, events: 3 };
    expect(await times(answers(many, many, many), { limits })).toHaveLength(9);
  });
});
