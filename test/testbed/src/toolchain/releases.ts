import { basename } from "node:path/posix";
import { parseDocument } from "yaml";
import * as z from "zod";

/** A checksum as a release publishes it. */
export interface Checksum {
  readonly algorithm: "sha256" | "sha512";
  /** Lower case. */
  readonly hex: string;
}

/** A file in which a release publishes its checksums. */
export interface ChecksumFile {
  readonly url: (file: string) => string;
  /** Reads the checksum of the file at this address; undefined if it is not listed. */
  readonly read: (text: string, file: string) => Checksum | undefined;
}

/** An official release of one or more programs. */
export interface Release {
  /** As in `FEDJOIN_TOOLS_SHA256_<name>`. */
  readonly name: string;
  /** Node's `process.platform` and `process.arch`, as in `linux-x64`. */
  readonly platforms: readonly string[];
  readonly url: (platform: string) => string;
  readonly checksums?: ChecksumFile;
  /** Leading folders of a tar archive; undefined if the address is the program itself. */
  readonly stripComponents?: number;
  /** The programs to take. */
  readonly files: readonly string[];
}

const linux = ["linux-x64", "linux-arm64"];
const allPlatforms = [...linux, "darwin-x64", "darwin-arm64"];

/** The platform as Go's projects write it. */
function goPlatform(platform: string, separator = "-"): string {
  return platform.replace("x64", "amd64").replace("-", separator);
}

/** Lines of a checksum and a file name, as `sha256sum` writes them. */
function sumsFile(url: string): ChecksumFile {
  return {
    url: () => url,
    read: (text, file) => {
      const line = text.split("\n").find((each) => each.trim().split(/\s+\*?/)[1] === basename(file));
      return sha256(line?.split(/\s/)[0]);
    },
  };
}

/** The checksum alone, in a file beside. */
const sha256Beside: ChecksumFile = { url: (file) => `${file}.sha256`, read: (text) => sha256(text.trim()) };

const envtestIndex = z.object({
  releases: z.record(z.string(), z.record(z.string(), z.object({ hash: z.string() }))),
});

const envtestChecksums: ChecksumFile = {
  url: () => "https://raw.githubusercontent.com/kubernetes-sigs/controller-tools/HEAD/envtest-releases.yaml",
  read: (text, file) => {
    // All scalars are texts: a hash may consist of digits alone.
    const read = envtestIndex.safeParse(parseDocument(text, { schema: "failsafe" }).toJS());
    const hex = read.data?.releases["v1.36.2"]?.[basename(file)]?.hash;
    return hex !== undefined && /^[0-9a-f]{128}$/.test(hex) ? { algorithm: "sha512", hex } : undefined;
  },
};

function sha256(hex: string | undefined): Checksum | undefined {
  return hex !== undefined && /^[0-9a-f]{64}$/.test(hex) ? { algorithm: "sha256", hex } : undefined;
}

export const pulumiRelease: Release = {
  name: "PULUMI",
  platforms: allPlatforms,
  url: (platform) => `https://get.pulumi.com/releases/sdk/pulumi-v3.259.0-${platform}.tar.gz`,
  checksums: sumsFile("https://github.com/pulumi/pulumi/releases/download/v3.259.0/pulumi-3.259.0-checksums.txt"),
  stripComponents: 1,
  files: ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"],
};

/** Publishes no file of checksums: without a pinned one, the user has to give it. */
export const kubernetesPluginRelease: Release = {
  name: "PULUMI_KUBERNETES",
  platforms: allPlatforms,
  url: (platform) =>
    `https://api.pulumi.com/releases/plugins/pulumi-resource-kubernetes-v4.25.0-${goPlatform(platform)}.tar.gz`,
  stripComponents: 0,
  files: ["pulumi-resource-kubernetes"],
};

const envtestUrl = "https://github.com/kubernetes-sigs/controller-tools/releases/download/envtest-v1.36.2";

export const envtestRelease: Release = {
  name: "ENVTEST",
  platforms: allPlatforms,
  url: (platform) => `${envtestUrl}/envtest-v1.36.2-${goPlatform(platform)}.tar.gz`,
  checksums: envtestChecksums,
  stripComponents: 2,
  files: ["etcd", "kube-apiserver"],
};

/** envtest lacks this program, and Kubernetes releases it for Linux only. */
export const controllerManagerRelease: Release = {
  name: "KUBE_CONTROLLER_MANAGER",
  platforms: linux,
  url: (platform) => `https://dl.k8s.io/release/v1.36.2/bin/${goPlatform(platform, "/")}/kube-controller-manager`,
  checksums: sha256Beside,
  files: ["kube-controller-manager"],
};

const prometheusUrl = "https://github.com/prometheus/prometheus/releases/download/v3.13.1";

export const prometheusRelease: Release = {
  name: "PROMETHEUS",
  platforms: allPlatforms,
  url: (platform) => `${prometheusUrl}/prometheus-3.13.1.${goPlatform(platform)}.tar.gz`,
  checksums: sumsFile(`${prometheusUrl}/sha256sums.txt`),
  stripComponents: 1,
  files: ["prometheus", "promtool"],
};

/** The checksums that were verified when a version was chosen, by the official address. A mirror's files must match. */
export const pinnedChecksums: ReadonlyMap<string, Checksum> = new Map([
  [
    kubernetesPluginRelease.url("linux-x64"),
    { algorithm: "sha256", hex: "6ea3d53c16a00c4d1017c4d109928d8f4801fd7cd978965cd43917561f3774b0" },
  ],
  [
    kubernetesPluginRelease.url("darwin-x64"),
    { algorithm: "sha256", hex: "e5dffbef3525bb6f41c2b328afb471149c7396c263d2acd2ef2fab51d63d47f3" },
  ],
  [
    envtestRelease.url("linux-x64"),
    {
      algorithm: "sha512",
      hex: "ea743186c8a799f5cf8faf16969f86189d003cb7d130e0ac4b58789f1e5748dcf30ebe91c837a10d5ac415383da3e10b9e64d65785c938c23e739781cfb76f08",
    },
  ],
]);

export const releaseNames: readonly string[] = [
  pulumiRelease,
  kubernetesPluginRelease,
  envtestRelease,
  controllerManagerRelease,
  prometheusRelease,
].map(({ name }) => name);
