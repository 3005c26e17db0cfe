import { readSettings, type Sources } from "./readSettings";
import { exporterSettings } from "./settings";

/** Where an exporter listens. */
export interface HealthTarget {
  readonly server: string;
  readonly port: number;
  readonly webConfigFile: string | undefined;
}

const settings = exporterSettings.pick({ EXPORTER_ADDRESS: true, EXPORTER_PORT: true, WEB_CONFIG_FILE: true });

/** Addresses that mean all interfaces. */
const loopbackOf = new Map([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "::1"],
]);

/** Where an exporter with the same settings listens. Other settings are ignored: a broken secret does not mean that it is down. */
export function readHealthTarget(sources: Sources): {
  readonly target: HealthTarget | undefined;
  readonly problems: readonly string[];
} {
  const { values, problems } = readSettings(settings, sources);
  if (values === undefined) return { target: undefined, problems };
  const { server = "127.0.0.1", port = values.EXPORTER_PORT } = values.EXPORTER_ADDRESS ?? {};
  if (port === 0) return { target: undefined, problems: ["port 0 is any free one, which --health cannot know"] };
  const target = { server: loopbackOf.get(server) ?? server, port, webConfigFile: values.WEB_CONFIG_FILE };
  return { target, problems };
}
