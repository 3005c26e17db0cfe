import { expect, test } from "vitest";
import { named, newLines, valuesOf } from "../../../support/scraping";

const path = "/v1/system/alerts";
const group = (...messages: string[]) => ({ type: "RBAC", data: messages.map((message) => ({ id: "x", message })) });

test("alert counts the controller's alerts by group, and shows how soon its internal certificates expire", async () => {
  const acceptable_alerts = {
    clusterrole_alerts: group("a", "b"),
    rolebinding_alerts: null,
    certificate_alerts: group(
      "Internal CA certificate will be expired in 90 days",
      "Internal certificate will be expired in 30 days",
      "Another certificate will be expired in 5 days",
    ),
    other_alerts: { type: "RBAC", data: null },
    group_of_tomorrow: group("c"),
  };
  const count = (name: string, value: number) => ({ [`nv_system_alerts{group="${name}"}`]: value });
  expect(valuesOf(await newLines("alert", { [path]: { acceptable_alerts } }))).toEqual({
    ...{ ...count("clusterrole", 2), ...count("clusterrolebinding", 0), ...count("role", 0) },
    ...{ ...count("rolebinding", 0), ...count("crd", 0), ...count("certificate", 3), ...count("other", 0) },
    'nv_internal_certificate_expires_within_seconds{certificate="ca"}': 90 * 86_400,
    'nv_internal_certificate_expires_within_seconds{certificate="internal"}': 30 * 86_400,
  });
});

test("alert is absent on an older controller", async () => {
  expect(await newLines("alert", {})).toEqual([]);
  const lines = await newLines("alert", { [path]: { acceptable_alerts: {} } });
  expect(named(lines, "nv_internal_certificate_expires_within_seconds")).toEqual([]);
});
