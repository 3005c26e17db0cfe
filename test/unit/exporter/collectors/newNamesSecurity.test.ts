import { describe, expect, test } from "vitest";
import { type CollectContext } from "../../../../exporter/src/collectors/collector";
import { named, newLines } from "../../../support/newNames";
import { type Answers } from "../../../support/scraping";

describe("image_vulnerability", () => {
  const images = (registry: string) => `/v1/scan/registry/${registry}/images?start=0&limit=500`;

  test("tells registries apart, and shows critical vulnerabilities where the controller does", async () => {
    const found = { repository: "wëb", tag: "1.0", image_id: "i", high: 2, medium: 3 };
    const answers = {
      "/v1/scan/registry": {
        summarys: [
          { name: "one", scanned: 5, scheduled: 1, scanning: 0, failed: 2 },
          { name: "two" },
          { name: "gone" },
        ],
      },
      [images("one")]: { images: [{ ...found, critical: 1, status: "finished" }] },
      [images("two")]: { images: [found, { ...found, tag: "new", status: "", high: 0, medium: 0 }] },
    };
    expect(await newLines("image_vulnerability", answers)).toEqual([
      'nv_image_vulnerabilities{registry="one",repository="wëb",tag="1.0",severity="critical",target="c"} 1',
      'nv_image_vulnerabilities{registry="one",repository="wëb",tag="1.0",severity="high",target="c"} 2',
      'nv_image_vulnerabilities{registry="one",repository="wëb",tag="1.0",severity="medium",target="c"} 3',
      'nv_image_vulnerabilities{registry="two",repository="wëb",tag="1.0",severity="high",target="c"} 2',
      'nv_image_vulnerabilities{registry="two",repository="wëb",tag="1.0",severity="medium",target="c"} 3',
      'nv_registry_images{registry="one",state="scanned",target="c"} 5',
      'nv_registry_images{registry="one",state="scheduled",target="c"} 1',
      'nv_registry_images{registry="one",state="scanning",target="c"} 0',
      'nv_registry_images{registry="one",state="failed",target="c"} 2',
    ]);
  });

  test("null lists are empty ones", async () => {
    expect(await newLines("image_vulnerability", { "/v1/scan/registry": { summarys: null } })).toEqual([]);
    const answers = { "/v1/scan/registry": { summarys: [{ name: "one" }] }, [images("one")]: { images: null } };
    expect(await newLines("image_vulnerability", answers)).toEqual([]);
  });
});

describe("container_vulnerability", () => {
  const path = "/v1/workload?brief=true";
  const workload = (domain: string, service: string, counts: readonly [number, number, number], more: object = {}) => ({
    ...{ domain, service, policy_mode: "Monitor", state: "monitor" },
    scan_summary: { status: "finished", critical: counts[0], high: counts[1], medium: counts[2] },
    ...more,
  });

  test("shows the worst workload of each service, also of one that has only critical vulnerabilities", async () => {
    const workloads = [
      workload("shop", "web", [1, 0, 0]),
      workload("shop", "web", [0, 4, 2]),
      workload("shop", "web", [9, 9, 9], { service_mesh_sidecar: true }),
      workload("pay", "web", [0, 0, 0]),
      workload("pay", "new", [0, 0, 0], { scan_summary: { status: "", high: 0, medium: 0 } }),
      workload("pay", "old", [0, 0, 0], { scan_summary: null }),
    ];
    const lines = await newLines("container_vulnerability", { [path]: { workloads } });
    expect(named(lines, "nv_service_vulnerabilities")).toEqual([
      'nv_service_vulnerabilities{namespace="shop",service="web",severity="critical",target="c"} 1',
      'nv_service_vulnerabilities{namespace="shop",service="web",severity="high",target="c"} 4',
      'nv_service_vulnerabilities{namespace="shop",service="web",severity="medium",target="c"} 2',
      'nv_service_vulnerabilities{namespace="pay",service="web",severity="critical",target="c"} 0',
      'nv_service_vulnerabilities{namespace="pay",service="web",severity="high",target="c"} 0',
      'nv_service_vulnerabilities{namespace="pay",service="web",severity="medium",target="c"} 0',
    ]);
  });

  test("counts the workloads that are there by namespace and mode", async () => {
    const workloads = [
      workload("shop", "web", [0, 0, 0]),
      workload("shop", "web", [0, 0, 0], { policy_mode: "Protect", state: "quarantined" }),
      workload("shop", "job", [0, 0, 0], { state: "exit" }),
      workload("shop", "web", [0, 0, 0]),
      { service: "bare" },
    ];
    const lines = await newLines("container_vulnerability", { [path]: { workloads } });
    expect(named(lines, "nv_workloads", "nv_quarantined_workloads")).toEqual([
      'nv_workloads{namespace="shop",policy_mode="Monitor",target="c"} 2',
      'nv_workloads{namespace="shop",policy_mode="Protect",target="c"} 1',
      'nv_workloads{namespace="",policy_mode="",target="c"} 1',
      'nv_quarantined_workloads{namespace="shop",target="c"} 1',
    ]);
  });

  test("a null list is an empty one", async () => {
    expect(await newLines("container_vulnerability", { [path]: { workloads: null } })).toEqual([]);
  });
});

test("platform_vulnerability shows the platform by severity, and nothing of one that is not known yet", async () => {
  const platforms = [
    { platform: "Kubernetes", status: "finished", critical: 1, high: 0, medium: 0 },
    { platform: "", status: "", critical: 0, high: 0, medium: 0 },
  ];
  expect(await newLines("platform_vulnerability", { "/v1/scan/platform": { platforms } })).toEqual([
    'nv_platform_vulnerabilities{platform="Kubernetes",severity="critical",target="c"} 1',
    'nv_platform_vulnerabilities{platform="Kubernetes",severity="high",target="c"} 0',
    'nv_platform_vulnerabilities{platform="Kubernetes",severity="medium",target="c"} 0',
  ]);
});

describe("log", () => {
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
