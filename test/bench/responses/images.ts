import { each, idOf, scan, startSeconds, startText } from "./shared";

export const registryName = (index: number): string => `registry-${index}`;

export function registry(index: number, images: number) {
  return {
    auth_token: "",
    auth_with_token: false,
    cfg_type: "user_created",
    cvedb_create_time: "2026-11-20T04:12:08Z",
    cvedb_version: "4.101",
    domains: null,
    error_detail: "",
    error_message: "",
    failed: 0,
    filters: ["*"],
    gitlab_external_url: "",
    gitlab_private_token: "",
    ignore_proxy: false,
    jfrog_aql: false,
    jfrog_mode: "",
    name: registryName(index),
    password: "",
    registry: `https://registry-${index}.example.com/`,
    registry_type: "Docker Registry",
    repo_limit: 0,
    rescan_after_db_update: true,
    scan_layers: true,
    scanned: images,
    scanning: 0,
    schedule: { interval: 0, schedule: "auto" },
    scheduled: 0,
    started_at: startText,
    status: "idle",
    tag_limit: 0,
    username: "scanner",
  };
}

export function image(registryIndex: number, index: number) {
  const number = registryIndex * 1000 + index;
  return {
    ...scan(index, index % 9),
    author: "",
    created_at: startText,
    digest: `sha256:${idOf("image digest", number)}`,
    domain: "",
    envs: [
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "LANG=C.UTF-8",
      `APP_VERSION=1.${index}.0`,
      `BUILD_ID=${idOf("build", number).slice(0, 20)}`,
      "JAVA_HOME=/usr/lib/jvm/java-21-openjdk",
      'JAVA_OPTS=-Xmx512m -Dlabel="a\\b"',
    ],
    image_id: idOf("registry image", number),
    labels: {
      "org.opencontainers.image.created": startText,
      "org.opencontainers.image.revision": idOf("revision", number).slice(0, 40),
      "org.opencontainers.image.source": `https://git.example.com/team-${index % 20}/app-${index}`,
    },
    layers: each(8, (layer) => `sha256:${idOf("layer", number * 8 + layer)}`),
    repository: `team-${index % 20}/app-${index}`,
    run_as_root: index % 3 === 0,
    size: 120_000_000 + index,
    tag: `1.${index}.0`,
  };
}

export const scanner = (index: number) => ({
  cvedb_create_time: "2026-11-20T04:12:08Z",
  cvedb_version: "4.101",
  id: idOf("scanner", index),
  joined_timestamp: startSeconds,
  port: 18_402,
  scanned_containers: 10,
  scanned_hosts: 2,
  scanned_images: 5,
  scanned_serverless: 0,
  server: `10.42.9.${index}`,
});
