import { describe, expect, test } from "vitest";
import { planDownloads, type DownloadPlan } from "../../../testbed/src/toolchain/downloadPlan";
import { readDownloadSettings } from "../../../testbed/src/toolchain/downloadSettings";
import {
  controllerManagerRelease,
  envtestRelease,
  kubernetesPluginRelease,
  pinnedChecksums,
  prometheusRelease,
  pulumiRelease,
  releaseNames,
  type Release,
} from "../../../testbed/src/toolchain/releases";
import { at } from "../../../support/federation";

const ones = "1".repeat(64);

function plan(release: Release, platform: string, env: NodeJS.ProcessEnv = {}): DownloadPlan {
  return planDownloads([release], platform, readDownloadSettings(env, releaseNames), pinnedChecksums);
}

function reason(planned: DownloadPlan): string | undefined {
  return "reason" in planned ? planned.reason : undefined;
}

function single(planned: DownloadPlan) {
  if ("reason" in planned) throw new Error(planned.reason);
  return at(planned.downloads, 0);
}

describe("official addresses", () => {
  test.each([
    [pulumiRelease, "linux-x64", "https://get.pulumi.com/releases/sdk/pulumi-v3.259.0-linux-x64.tar.gz"],
    [pulumiRelease, "darwin-arm64", "https://get.pulumi.com/releases/sdk/pulumi-v3.259.0-darwin-arm64.tar.gz"],
    [
      kubernetesPluginRelease,
      "linux-x64",
      "https://api.pulumi.com/releases/plugins/pulumi-resource-kubernetes-v4.25.0-linux-amd64.tar.gz",
    ],
    [
      envtestRelease,
      "linux-arm64",
      "https://github.com/kubernetes-sigs/controller-tools/releases/download/envtest-v1.36.2/envtest-v1.36.2-linux-arm64.tar.gz",
    ],
    [
      controllerManagerRelease,
      "linux-x64",
      "https://dl.k8s.io/release/v1.36.2/bin/linux/amd64/kube-controller-manager",
    ],
    [
      prometheusRelease,
      "darwin-x64",
      "https://github.com/prometheus/prometheus/releases/download/v3.13.1/prometheus-3.13.1.darwin-amd64.tar.gz",
    ],
  ])("$name for %s", (release, platform, url) => {
    expect(single(plan(release, platform)).url).toBe(url);
  });

  test("a mirror has each of them under its own path, without the scheme", () => {
    const env = { FEDJOIN_TOOLS_MIRROR: "https://mirror.example.com/tools" };
    expect(single(plan(envtestRelease, "linux-x64", env)).url).toBe(
      "https://mirror.example.com/tools/github.com/kubernetes-sigs/controller-tools/releases/download/envtest-v1.36.2/envtest-v1.36.2-linux-amd64.tar.gz",
    );
  });
});

test("a tool of which no release is known is not downloaded", () => {
  expect(reason(planDownloads([], "linux-x64", readDownloadSettings({}, releaseNames), pinnedChecksums))).toBe(
    "no checksum of a release is known",
  );
});

describe("checksums", () => {
  const mirror = { FEDJOIN_TOOLS_MIRROR: "https://mirror.example.com" };

  test("a pinned one holds, for the official release and for a mirror", () => {
    const pinned = pinnedChecksums.get(envtestRelease.url("linux-x64"));
    expect(pinned?.algorithm).toBe("sha512");
    expect(single(plan(envtestRelease, "linux-x64")).checksum).toBe(pinned);
    expect(single(plan(envtestRelease, "linux-x64", mirror)).checksum).toBe(pinned);
  });

  test("no setting changes a pinned one", () => {
    const env = { ...mirror, FEDJOIN_TOOLS_SHA256_PULUMI_KUBERNETES: ones };
    expect(() => plan(kubernetesPluginRelease, "linux-x64", env)).toThrow(
      "FEDJOIN_TOOLS_SHA256_PULUMI_KUBERNETES: this release has a pinned checksum, which no setting changes",
    );
  });

  test("without a pinned one, an official download is compared with the published file", () => {
    expect(single(plan(pulumiRelease, "linux-x64")).checksum).toBe(pulumiRelease.checksums);
  });

  test("without a pinned one, a mirror needs the user's", () => {
    expect(reason(plan(pulumiRelease, "linux-x64", mirror))).toMatch(
      /^no checksum for https:\/\/get.pulumi.com\S+: set FEDJOIN_TOOLS_SHA256_PULUMI$/,
    );
    const env = { ...mirror, FEDJOIN_TOOLS_SHA256_PULUMI: ones };
    expect(single(plan(pulumiRelease, "linux-x64", env)).checksum).toEqual({ algorithm: "sha256", hex: ones });
  });

  test("a release that publishes none cannot be downloaded where none is pinned", () => {
    const refused = reason(plan(kubernetesPluginRelease, "linux-arm64"));
    expect(refused).toContain("set FEDJOIN_TOOLS_SHA256_PULUMI_KUBERNETES");
  });

  test.each([
    [pulumiRelease, `${ones}  other.tar.gz\n${"2".repeat(64)} *pulumi-v3.259.0-linux-x64.tar.gz\n`, "2".repeat(64)],
    [pulumiRelease, `${ones}  pulumi-v3.259.0-linux-arm64.tar.gz\n`, undefined],
    [pulumiRelease, "<html>not found</html>", undefined],
    [controllerManagerRelease, `${ones}\n`, ones],
    [controllerManagerRelease, "not a checksum", undefined],
    [
      envtestRelease,
      `releases:\n  v1.36.2:\n    envtest-v1.36.2-linux-amd64.tar.gz:\n      hash: ${"3".repeat(128)}\n      selfLink: x\n`,
      "3".repeat(128),
    ],
    [envtestRelease, "releases: {}\n", undefined],
    [envtestRelease, "<html>: {", undefined],
  ])("$0.name reads its published file $1", (release, text, hex) => {
    expect(release.checksums?.read(text, release.url("linux-x64"))?.hex).toBe(hex);
  });
});

test("a platform without a release is named", () => {
  expect(plan(controllerManagerRelease, "darwin-arm64")).toEqual({
    reason: "kube-controller-manager has no official release for darwin-arm64",
  });
});

test("downloads can be turned off", () => {
  expect(plan(pulumiRelease, "linux-x64", { FEDJOIN_TOOLS_DOWNLOAD: "never" })).toEqual({
    reason: "FEDJOIN_TOOLS_DOWNLOAD=never",
  });
});

test.each([
  [{ FEDJOIN_TOOLS_DOWNLOAD: "no" }, "FEDJOIN_TOOLS_DOWNLOAD: expected never, or no value"],
  [{ FEDJOIN_TOOLS_MIRROR: "mirror" }, "FEDJOIN_TOOLS_MIRROR: expected an address such as"],
  [{ FEDJOIN_TOOLS_MIRROR: "file:///srv" }, "FEDJOIN_TOOLS_MIRROR: expected an address such as"],
  [{ FEDJOIN_TOOLS_MIRROR: "https://user:secret@mirror.example.com" }, "FEDJOIN_TOOLS_MIRROR: credentials,"],
  [{ FEDJOIN_TOOLS_SHA256_PULUMI: "12" }, "FEDJOIN_TOOLS_SHA256_PULUMI: expected a SHA-256"],
  [{ FEDJOIN_TOOLS_SHA256_PULUMY: ones }, "FEDJOIN_TOOLS_SHA256_PULUMY: no such tool; there are"],
])("the settings %j are refused by name, and no value is quoted", (env, message) => {
  const read = () => readDownloadSettings(env, releaseNames);
  expect(read).toThrow(message);
  expect(read).not.toThrow("secret");
});

test("empty settings count as unset", () => {
  const env = { FEDJOIN_TOOLS_DOWNLOAD: "", FEDJOIN_TOOLS_MIRROR: "", FEDJOIN_TOOLS_SHA256_PULUMI: "" };
  expect(readDownloadSettings(env, releaseNames)).toEqual({ never: false, checksums: new Map() });
});
