import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import { describe, expect, test } from "vitest";
import { forbidden, named, newLines, valuesOf } from "../../../support/scraping";

describe("policy", () => {
  const learned = { kind: "container", policy_mode: "Discover", profile_mode: "Monitor" };
  const answers = {
    "/v1/group?brief=true": { groups: [learned, { kind: "external" }, learned] },
    "/v1/response/rule": {
      rules: [
        { cfg_type: "user_created", disable: true },
        { cfg_type: "user_created", disable: false },
        { cfg_type: "federal" },
      ],
    },
    "/v1/admission/rules": { rules: [{ cfg_type: "ground", disable: false }] },
    "/v1/admission/state": { k8s_env: true, state: { enable: true, mode: "monitor" } },
  };

  test("counts groups by mode and rules by origin, and shows the admission control", async () => {
    const rules = (origin: string, enabled: boolean) => `nv_response_rules{cfg_type="${origin}",enabled="${enabled}"}`;
    expect(valuesOf(await newLines("policy", answers))).toEqual({
      'nv_groups{kind="container",policy_mode="Discover",profile_mode="Monitor"}': 2,
      'nv_groups{kind="external",policy_mode="",profile_mode=""}': 1,
      ...{ [rules("user_created", false)]: 1, [rules("user_created", true)]: 1, [rules("federal", true)]: 1 },
      ...{ 'nv_admission_rules{cfg_type="ground",enabled="true"}': 1, nv_admission_enabled: 1 },
      ...{ 'nv_admission_mode{mode="monitor"}': 1, 'nv_admission_mode{mode="protect"}': 0 },
    });
  });

  test("counts groups by the baseline of their profile, and leaves out those without one", async () => {
    const group = (baseline_profile: string) => ({ ...learned, baseline_profile });
    const groups = [group("basic"), group("zero-drift"), group("zero-drift"), group("shield"), group(""), learned];
    const lines = await newLines("policy", { ...answers, "/v1/group?brief=true": { groups } });
    const of = (baseline: string) =>
      `nv_groups_by_baseline{baseline="${baseline}",policy_mode="Discover",profile_mode="Monitor"}`;
    expect(valuesOf(named(lines, "nv_groups_by_baseline"))).toEqual({
      ...{ [of("basic")]: 1, [of("zero-drift")]: 2, [of("other")]: 1 },
    });
  });

  test("null lists, and an admission control that the cluster's roles forbid, are no failure", async () => {
    const bare = {
      "/v1/group?brief=true": { groups: null },
      "/v1/response/rule": { rules: null },
      "/v1/admission/rules": new NeuVectorError("unexpected_status", "no", { status: 412, code: 30 }),
    };
    expect(await newLines("policy", bare)).toEqual([]);
    const noMode = { ...answers, "/v1/admission/state": { state: { enable: true, mode: "" } } };
    expect(named(await newLines("policy", noMode), "nv_admission_mode")).toEqual([]);
    const refused = { ...answers, "/v1/admission/state": forbidden };
    await expect(newLines("policy", refused)).rejects.toMatchObject({ kind: "forbidden" });
  });
});
