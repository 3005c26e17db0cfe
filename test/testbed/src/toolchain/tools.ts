import { homedir } from "node:os";
import { join } from "node:path";
import {
  controllerManagerRelease,
  envtestRelease,
  kubernetesPluginRelease,
  prometheusRelease,
  pulumiRelease,
  type Release,
} from "./releases";

/** Where the tool chain tells what it found or builds: one line a call, without line end. */
export type Log = (line: string) => void;

/** How to start a program: `args` come before the caller's own. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** Commands by program. */
export type Commands = ReadonlyMap<string, Command>;

export interface Program {
  /** The command's name on PATH. */
  readonly name: string;
  /** How our build acts as this program: its file, and what comes before the arguments; by default a file of the same name. */
  readonly built?: { readonly binary: string; readonly args: readonly string[] };
  /** Arguments that make it print its version. */
  readonly versionArgs: readonly string[];
  /** A range as npm writes it. */
  readonly accepts: string;
  /** Files that must lie in the same folder, else the program counts as not found. */
  readonly needsBeside?: readonly string[];
}

export interface GoBuild {
  /** The packages to build, seen from the tool's Go module, by the name of their file in the cache. */
  readonly binaries: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  /** Go variables that carry the version, for the linker. */
  readonly stamps: Readonly<Record<string, string>>;
  /** What a build with empty caches took on one core, measured on one machine for all tools: for estimates. */
  readonly coreSeconds: number;
}

/**
 * A tool that tests and demo use: taken from this machine if it fits, else downloaded, else built from the Go module
 * `name/`.
 */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  /** Taken from PATH only if all of them are there in the right version. */
  readonly programs: readonly Program[];
  /**
   * For a tool that does not live on PATH: a file, named as our binary, that is this very version when it exists, and
   * what puts it there.
   */
  readonly installed?: { readonly file: string; readonly by: string };
  /** The official releases that together hold its programs. */
  readonly releases: readonly Release[];
  readonly build: GoBuild;
}

const prometheusModule = "github.com/prometheus/prometheus";

/** Prometheus with its checker. Built without service discovery: targets come from `static_configs` and files. */
export const prometheus: Tool = {
  name: "prometheus",
  title: "Prometheus",
  version: "3.13.1",
  programs: ["prometheus", "promtool"].map((name) => ({ name, versionArgs: ["--version"], accepts: "^3.0.0" })),
  releases: [prometheusRelease],
  build: {
    binaries: {
      prometheus: `${prometheusModule}/cmd/prometheus`,
      promtool: `${prometheusModule}/cmd/promtool`,
    },
    tags: ["netgo", "remove_all_sd"],
    coreSeconds: 240,
    stamps: { "github.com/prometheus/common/version.Version": "3.13.1" },
  },
};

export const pulumi: Tool = {
  name: "pulumi",
  title: "pulumi CLI",
  version: "3.259.0",
  programs: [
    {
      name: "pulumi",
      versionArgs: ["version"],
      accepts: "^3.259.0",
      needsBeside: ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"],
    },
  ],
  releases: [pulumiRelease],
  build: {
    binaries: { pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
    tags: ["osusergo", "grpcnotrace"],
    coreSeconds: 350,
    stamps: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "v3.259.0" },
  },
};

const componentVersion = "k8s.io/component-base/version";

/** One binary acts as all three programs. */
export const kubernetes: Tool = {
  name: "kubernetes",
  title: "Kubernetes control plane",
  version: "1.36.3",
  programs: Object.entries({
    etcd: "^3.5.0",
    "kube-apiserver": "~1.36.0",
    "kube-controller-manager": "~1.36.0",
  }).map(([name, accepts]) => ({
    name,
    built: { binary: "kubernetes", args: [name] },
    versionArgs: ["--version"],
    accepts,
  })),
  releases: [envtestRelease, controllerManagerRelease],
  build: {
    binaries: { kubernetes: "." },
    tags: [],
    coreSeconds: 450,
    stamps: {
      [`${componentVersion}.gitVersion`]: "v1.36.3",
      [`${componentVersion}.gitMajor`]: "1",
      [`${componentVersion}.gitMinor`]: "36",
      [`${componentVersion}.gitTreeState`]: "clean",
    },
  },
};

/** The plugin cannot print its version; the CLI's own plugin folder carries it in the path. Only read, never written. */
export const kubernetesPlugin: Tool = {
  name: "pulumi-kubernetes",
  title: "Kubernetes plugin of Pulumi",
  version: "4.25.0",
  programs: [],
  installed: {
    file: join(
      process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi"),
      "plugins/resource-kubernetes-v4.25.0/pulumi-resource-kubernetes",
    ),
    by: "pulumi plugin install resource kubernetes 4.25.0",
  },
  releases: [kubernetesPluginRelease],
  build: {
    binaries: { "pulumi-resource-kubernetes": "." },
    tags: [],
    coreSeconds: 710,
    stamps: { "github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version": "4.25.0" },
  },
};

/** With a receiver and an exporter of OTLP alone. Nothing pins a release of it, so it is taken from PATH or built. */
export const openTelemetryCollector: Tool = {
  name: "otelcol",
  title: "OpenTelemetry Collector",
  version: "0.160.0",
  programs: [{ name: "otelcol", versionArgs: ["--version"], accepts: ">=0.120.0" }],
  releases: [],
  build: {
    binaries: { otelcol: "." },
    tags: [],
    coreSeconds: 45,
    stamps: { "main.version": "0.160.0" },
  },
};
