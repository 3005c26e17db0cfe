import { joinMode, joinSettings, joinSwitch } from "../../exporter/src/settings/joinSettings";
import { pushSettings } from "../../exporter/src/settings/pushSettings";
import { settingFacts } from "../../exporter/src/settings/setting";
import { exporterSettings, intervalSettings } from "../../exporter/src/settings/settings";

const known = new Set(
  [exporterSettings, intervalSettings, pushSettings, joinSwitch, joinMode, joinSettings]
    .flatMap(settingFacts)
    .flatMap(({ name, source }) => (source === "secret" ? [name, `${name}_FILE`] : [name])),
);

/** The names of variables that the exporter does not read. */
export function unknownSettings(environment: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(environment).filter((name) => !known.has(name));
}
