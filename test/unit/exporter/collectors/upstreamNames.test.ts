import { NeuVectorError } from "@fedjoin/provider/neuvector";
import { describe, expect, test } from "vitest";
import { collectorOf, linesOf as linesOfCollector, sessionThat, type Answers } from "../../../support/scraping";

const linesOf = (name: string, answers: Answers, asked: string[] = []): Promise<string[]> =>
  linesOfCollector(collectorOf(name), sessionThat(answers, asked));

const forbidden = new NeuVectorError("forbidden", "no", { status: 403, code: 25 });
const down = new NeuVectorError("server_error", "no", { status: 500, code: 24 });

describe("R16: conversation", () => {
  const path = "/v1/conversation";
  const talk = { from: "external", to: "web", bytes: 1234, sessions: 3, ports: ["tcp/80", "tcp/443"], entries: null };

  test("R16: the bytes of the whole conversation, once per port", async () => {
    expect(await linesOf("conversation", { [path]: { conversations: [talk], endpoints: [] } })).toEqual([
      'nv_conversation_bytes{port="tcp/80",from="external",to="web",target="c"} 1234',
      'nv_conversation_bytes{port="tcp/443",from="external",to="web",target="c"} 1234',
    ]);
  });

  test("R16: 0 bytes, missing or null ports, and odd endpoints make no sample", async () => {
    const conversations = [
      { ...talk, bytes: 0 },
      { ...talk, ports: undefined },
      { ...talk, ports: null },
    ];
    const endpoints = [{ id: "external", kind: "external", scan_summary: null, children: null }];
    expect(await linesOf("conversation", { [path]: { conversations, endpoints } })).toEqual([]);
    expect(await linesOf("conversation", { [path]: { conversations: null, endpoints: null } })).toEqual([]);
  });

  test("R16: a counter beyond the safe integers stays a number", async () => {
    const conversations = [{ ...talk, bytes: 2 ** 63, ports: ["tcp/80"] }];
    expect(await linesOf("conversation", { [path]: { conversations } })).toEqual([
      'nv_conversation_bytes{port="tcp/80",from="external",to="web",target="c"} 9223372036854776000',
    ]);
  });
});

const stats = (cpu: number, memory: number) => ({ id: "x", stats: { interval: 5, span_1: { cpu, memory } } });

describe.each(["enforcer", "controller"])("R16: %s", (kind) => {
  const node = (id: string) => ({ id, host_name: `host-${id}`, display_name: `pod-${id}`, labels: null });

  test("R16: CPU and memory of each that is up; one that is gone or down is left out", async () => {
    const answers = {
      [`/v1/${kind}`]: { [`${kind}s`]: ["a", "nvc:", "gone", "down"].map(node) },
      [`/v1/${kind}/a/stats`]: stats(0.25, 1024),
      [`/v1/${kind}/nvc%3A/stats`]: stats(0, 0),
      [`/v1/${kind}/down/stats`]: down,
    };
    expect(await linesOf(kind, answers)).toEqual([
      `nv_${kind}_cpu{id="a",host="host-a",display="pod-a",target="c"} 0.25`,
      `nv_${kind}_cpu{id="nvc:",host="host-nvc:",display="pod-nvc:",target="c"} 0`,
      `nv_${kind}_memory{id="a",host="host-a",display="pod-a",target="c"} 1024`,
      `nv_${kind}_memory{id="nvc:",host="host-nvc:",display="pod-nvc:",target="c"} 0`,
    ]);
  });

  test("R16: refused statistics are a failure, not an absence", async () => {
    const answers = { [`/v1/${kind}`]: { [`${kind}s`]: [node("a")] }, [`/v1/${kind}/a/stats`]: forbidden };
    await expect(linesOf(kind, answers)).rejects.toMatchObject({ kind: "forbidden" });
  });
});

test("R16: host shows the memory that a host has", async () => {
  const hosts = [{ name: "node1", id: "node1:uuid", memory: 8589934592, scan_summary: null }];
  expect(await linesOf("host", { "/v1/host": { hosts } })).toEqual([
    'nv_host_memory{name="node1",id="node1:uuid",target="c"} 8589934592',
  ]);
});

describe("R16: admission", () => {
  const path = "/v1/debug/admission_stats";

  test("R16: allowed and denied requests", async () => {
    const answer = { stats: { k8s_allowed_requests: 7, k8s_denied_requests: 2, k8s_processing_requests: -1 } };
    expect(await linesOf("admission", { [path]: answer })).toEqual([
      'nv_admission_allowed{target="c"} 7',
      'nv_admission_denied{target="c"} 2',
    ]);
  });

  test("R16: off Kubernetes there is no data and no failure, but a refusal is one", async () => {
    const offKubernetes = new NeuVectorError("unexpected_status", "no", { status: 412, code: 30 });
    expect(await linesOf("admission", { [path]: offKubernetes })).toEqual([]);
    await expect(linesOf("admission", { [path]: forbidden })).rejects.toMatchObject({ kind: "forbidden" });
  });
});

describe("R16: image_vulnerability", () => {
  const image = (repository: string, high: number) => ({
    repository,
    tag: "1.0",
    image_id: `id-${repository}`,
    critical: 9,
    high,
    medium: 1,
    envs: null,
    layers: null,
  });
  const page = (name: string, start = 0) => `/v1/scan/registry/${name}/images?start=${start}&limit=500`;

  test("R16: each image once, whatever its registry is called and however many hold it", async () => {
    const answers = {
      "/v1/scan/registry": { summarys: [{ name: "my reg/1" }, { name: "second" }, { name: "deleted" }] },
      [page("my%20reg%2F1")]: { images: [image("web", 3), image("db", 0)] },
      [page("second")]: { images: [image("web", 5)] },
    };
    expect(await linesOf("image_vulnerability", answers)).toEqual([
      'nv_image_vulnerabilityHigh{name="web:1.0",imageid="id-web",target="c"} 3',
      'nv_image_vulnerabilityHigh{name="db:1.0",imageid="id-db",target="c"} 0',
      'nv_image_vulnerabilityMedium{name="web:1.0",imageid="id-web",target="c"} 1',
      'nv_image_vulnerabilityMedium{name="db:1.0",imageid="id-db",target="c"} 1',
    ]);
  });

  const images = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => image(`image${from + index}`, 1));

  test("R16: reads page after page up to the one that is not full", async () => {
    const asked: string[] = [];
    const answers = {
      "/v1/scan/registry": { summarys: [{ name: "large" }] },
      [page("large")]: { images: images(0, 500) },
      [page("large", 500)]: { images: images(500, 501) },
    };
    expect(await linesOf("image_vulnerability", answers, asked)).toHaveLength(2 * 501);
    expect(asked).toEqual(["/v1/scan/registry", page("large"), page("large", 500)]);
  });

  test("R16: a controller that does not page is asked once", async () => {
    const asked: string[] = [];
    const answers = {
      "/v1/scan/registry": { summarys: [{ name: "large" }] },
      [page("large")]: { images: images(0, 501) },
    };
    expect(await linesOf("image_vulnerability", answers, asked)).toHaveLength(2 * 501);
    expect(asked).toHaveLength(2);
  });
});

describe("R16: platform_vulnerability", () => {
  const path = "/v1/scan/platform";

  test("R16: a row once high or medium is not 0", async () => {
    const platforms = [
      { platform: "Kubernetes", high: 0, medium: 2 },
      { platform: "", status: "", high: 0, medium: 0 },
    ];
    expect(await linesOf("platform_vulnerability", { [path]: { platforms } })).toEqual([
      'nv_platform_vulnerabilityHigh{name="Kubernetes",target="c"} 0',
      'nv_platform_vulnerabilityMedium{name="Kubernetes",target="c"} 2',
    ]);
  });

  test("R16: no platform is no failure, a refusal is one", async () => {
    expect(await linesOf("platform_vulnerability", {})).toEqual([]);
    await expect(linesOf("platform_vulnerability", { [path]: forbidden })).rejects.toMatchObject({ kind: "forbidden" });
  });
});

test("R16: container_vulnerability shows the first vulnerable workload of each service, without sidecars", async () => {
  const workload = (service: string, high: number, medium: number, service_mesh_sidecar = false) => ({
    service,
    service_mesh_sidecar,
    scan_summary: { status: "finished", high, medium },
  });
  const workloads = [
    { service: "web", service_mesh_sidecar: false, scan_summary: null },
    workload("web", 0, 0),
    workload("web", 9, 9, true),
    workload("web", 2, 0),
    workload("web", 5, 5),
    workload("db", 0, 4),
    { service: "new", service_mesh_sidecar: false, scan_summary: { status: "" } },
  ];
  expect(await linesOf("container_vulnerability", { "/v1/workload?brief=true": { workloads } })).toEqual([
    'nv_container_vulnerabilityHigh{service="web",target="c"} 2',
    'nv_container_vulnerabilityHigh{service="db",target="c"} 0',
    'nv_container_vulnerabilityMedium{service="web",target="c"} 0',
    'nv_container_vulnerabilityMedium{service="db",target="c"} 4',
  ]);
});

describe("R16: log", () => {
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
    expect(await linesOf("log", answers([threat], [incident], [violation]))).toEqual([
      'nv_log_events{log="threat",id="thr-1",name="SQL.Injection",fromname="external",fromns="",toname="web-11",tons="web-11",target="c"} 1795441432000',
      'nv_log_events{log="incident",id="inc-1",name="Container.File.Violation",fromname="web-11",fromns="shop",toname=" ",tons=" ",target="c",fromid="1111",cluster="edge",procname="nc",procpath="/bin/nc",proccmd="nc -l",filepath="/etc",filename="/etc/x,/etc/y"} 1795441432000',
      'nv_log_events{log="violation",id="vio-1",name="Network Violation",fromname="web-12",fromns="shop",toname="web-11",tons="front",target="c",fromid="1212"} 1795441432000',
    ]);
  });

  test("R16: missing fields are blank, an event without a time is left out, a file name may be one text", async () => {
    const incidents = [{ ...at, id: "inc-2" }, { ...at, id: "inc-3", file_name: "/etc/z" }, { id: "no time" }];
    const blank =
      'id="ID",name="",fromname="",fromns="",toname=" ",tons=" ",target="c",fromid="",cluster="",procname="",procpath="",proccmd="",filepath="",filename="FILE"';
    expect(await linesOf("log", answers([{ ...at, id: "thr-2" }], incidents, null))).toEqual([
      'nv_log_events{log="threat",id="thr-2",name="",fromname="",fromns="",toname="",tons="",target="c"} 1795441432000',
      `nv_log_events{log="incident",${blank.replace("ID", "inc-2").replace("FILE", "")}} 1795441432000`,
      `nv_log_events{log="incident",${blank.replace("ID", "inc-3").replace("FILE", "/etc/z")}} 1795441432000`,
    ]);
  });

  test("R16: at most five of each, also of a controller that sends more", async () => {
    const threats = Array.from({ length: 9 }, (_, index) => ({ ...threat, id: `thr-${index}` }));
    const lines = await linesOf("log", answers(threats, [], []));
    expect(lines.map((line) => /id="(thr-\d)"/.exec(line)?.[1])).toEqual(["thr-0", "thr-1", "thr-2", "thr-3", "thr-4"]);
  });

  test("R16: of two events with the same labels the newest counts", async () => {
    const older = { ...violation, reported_timestamp: 1 };
    const lines = await linesOf("log", answers([], [], [violation, older]));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/ 1795441432000$/);
  });
});

test("R9: an answer of another shape fails with the field's name, and without its value", async () => {
  const wrong = { "/v1/host": { hosts: [{ name: "n", id: "i", memory: "much" }] } };
  await expect(linesOf("host", wrong)).rejects.toMatchObject({
    kind: "unexpected_reply",
    summary: "GET /v1/host answered something else than expected (field hosts.0.memory)",
  });
});
