import { homedir } from "node:os";
import { join } from "node:path";

import type { VersionRange } from "./versions";

/** Where the tool chain tells what it found, waits for or builds: one line a call, without line end. */
export type Say = (line: string) => void;

/** How to start a program: `args` come before the caller's own. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

export interface Program {
  /** The command's name on PATH. */
  readonly name: string;
  /** Arguments that make the binary we build act as this program. */
  readonly args: readonly string[];
  /** Arguments that make it print its version. */
  readonly versionArgs: readonly string[];
  readonly accepts: VersionRange;
  /** Files that must lie in the same folder, else the program counts as not found. */
  readonly needsBeside: readonly string[];
}

export interface GoBuild {
  /** The package to build, seen from the tool's Go module. */
  readonly package: string;
  readonly tags: readonly string[];
  /** Go variables that carry the version, for the linker. */
  readonly stamps: Readonly<Record<string, string>>;
  /** The file's name in the cache. */
  readonly binary: string;
}

/** A tool that tests and demo use: taken from this machine if it fits, else built from the Go module `name/`. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  /** Taken from PATH only if all of them are there in the right version. */
  readonly programs: readonly Program[];
  /** For a tool that does not live on PATH: a file that is this very version when it exists, and what puts it there. */
  readonly installed?: { readonly file: string; readonly by: string };
  readonly build: GoBuild;
}

export const pulumi: Tool = {
  name: "pulumi",
  title: "pulumi CLI",
  version: "3.259.0",
  programs: [
    {
      name: "pulumi",
      args: [],
      versionArgs: ["version"],
      accepts: { atLeast: "3.259.0", below: "4.0.0" },
      needsBeside: ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"],
    },
  ],
  build: {
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    tags: ["osusergo", "grpcnotrace"],
    stamps: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "v3.259.0" },
    binary: "pulumi",
  },
};

const kubernetesVersion: VersionRange = { atLeast: "1.36.0", below: "1.37.0" };
const componentVersion = "k8s.io/component-base/version";

export const kubernetes: Tool = {
  name: "kubernetes",
  title: "Kubernetes control plane",
  version: "1.36.3",
  programs: [
    {
      name: "etcd",
      args: ["etcd"],
      versionArgs: ["--version"],
      accepts: { atLeast: "3.5.0", below: "4.0.0" },
      needsBeside: [],
    },
    {
      name: "kube-apiserver",
      args: ["kube-apiserver"],
      versionArgs: ["--version"],
      accepts: kubernetesVersion,
      needsBeside: [],
    },
    {
      name: "kube-controller-manager",
      args: ["kube-controller-manager"],
      versionArgs: ["--version"],
      accepts: kubernetesVersion,
      needsBeside: [],
    },
  ],
  build: {
    package: ".",
    tags: [],
    stamps: {
      [`${componentVersion}.gitVersion`]: "v1.36.3",
      [`${componentVersion}.gitMajor`]: "1",
      [`${componentVersion}.gitMinor`]: "36",
      [`${componentVersion}.gitTreeState`]: "clean",
    },
    binary: "kubernetes",
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
  build: {
    package: ".",
    tags: [],
    stamps: { "github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version": "4.25.0" },
    binary: "pulumi-resource-kubernetes",
  },
};
