import { joinMode, joinSettings, joinSwitch } from "./joinSettings";
import { settingFacts } from "./setting";
import { exporterSettings, intervalSettings } from "./settings";

/** Every setting of the exporter with its facts, in the order of the documentation. */
export const allSettings = [exporterSettings, intervalSettings, joinSwitch, joinMode, joinSettings].flatMap(
  settingFacts,
);
