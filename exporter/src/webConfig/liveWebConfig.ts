import type { Clock, Log } from "@fedjoin/provider/internal/neuvector";
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { readWebConfig, type WebConfigReading } from "./readWebConfig";
import type { WebConfig } from "./webConfig";

/** Access to the files of a web config. */
export interface WebConfigFiles {
  /** @throws when the file cannot be read. */
  read(path: string): string;
  /** A text that changes whenever the file's content may have changed; never throws. */
  stamp(path: string): string;
}

const systemFiles: WebConfigFiles = {
  read: (path) => readFileSync(path, "utf8"),
  stamp(path) {
    try {
      // Kubernetes swaps a symbolic link above the files: the inode changes even if the times do not.
      const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
      return [dev, ino, size, mtimeNs, ctimeNs].join(":");
    } catch {
      return "absent";
    }
  },
};

/** A web config that follows changes of its files. */
export interface LiveWebConfig {
  /** The current config, or the last valid one while the files are invalid. Checks the files at each call and reads them only after a change. */
  current(): WebConfig;
}

export interface LiveWebConfigDeps {
  readonly path: string;
  /** Default: the file system. */
  readonly files?: WebConfigFiles;
  readonly clock: Clock;
  readonly log: Log;
  /** Called after the first read and after each read of changed files. */
  readonly onRead: (isGood: boolean) => void;
}

interface Snapshot {
  readonly reading: WebConfigReading;
  /** By file, taken before reading it, so that a later change is noticed at the next call. */
  readonly stamps: ReadonlyMap<string, string>;
  readonly digest: string;
}

/** Opens the web config. @throws if the files are invalid. */
export function openWebConfig({ path, files = systemFiles, clock, log, onRead }: LiveWebConfigDeps): LiveWebConfig {
  const look = (): Snapshot => {
    const stamps = new Map<string, string>();
    const hash = createHash("sha256");
    const readFile = (file: string): string => {
      stamps.set(file, files.stamp(file));
      const text = files.read(file);
      hash.update(`${file}\0${text}\0`);
      return text;
    };
    const reading = readWebConfig({ path, readFile, now: clock.now() });
    return { reading, stamps, digest: hash.digest("hex") };
  };
  const warn = ({ warnings }: WebConfigReading): void => {
    for (const warning of warnings) log("warn", `WEB_CONFIG_FILE: ${warning}`);
  };

  let last = look();
  if (last.reading.config === undefined) throw new Error(`WEB_CONFIG_FILE: ${last.reading.problems.join("; ")}`);
  let config = last.reading.config;
  warn(last.reading);
  onRead(true);

  const follow = (): void => {
    const next = look();
    const isSame = next.digest === last.digest;
    last = next;
    // A touched file is not a change, and the same mistake is logged once.
    if (isSame) return;
    const { reading } = next;
    const problems = [
      ...reading.problems,
      ...(reading.config === undefined ? [] : restartProblems(config, reading.config)),
    ];
    if (problems.length > 0 || reading.config === undefined) {
      log("error", `The web config is invalid and the previous one stays in use: ${problems.join("; ")}`);
      onRead(false);
      return;
    }
    config = reading.config;
    log("info", "The web config was reloaded");
    warn(reading);
    onRead(true);
  };

  return {
    current() {
      const isChanged = [...last.stamps].some(([file, stamp]) => files.stamp(file) !== stamp);
      if (isChanged) follow();
      return config;
    },
  };
}

/** Changes that need a restart of the server. */
function restartProblems({ tls: before }: WebConfig, { tls: after }: WebConfig): string[] {
  if ((before === undefined) !== (after === undefined)) return ["tls_server_config: TLS on or off needs a restart"];
  const asks = [before, after].map((tls) => tls?.clientAuth !== "NoClientCert");
  return asks[0] === asks[1] ? [] : ["tls_server_config.client_auth_type: to or from NoClientCert needs a restart"];
}
