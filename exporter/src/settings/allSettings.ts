import { joinMode, joinSettings, joinSwitch } from "./joinSettings";
import { pushSettings } from "./pushSettings";
import { settingFacts } from "./setting";
import { exporterSettings, intervalSettings } from "./settings";

/** Every setting of the exporter with its facts, in the order of the documentation. */
export const allSettings = [
  exporterSettings,
  intervalSettings,
  pushSettings,
  joinSwitch,
  joinMode,
  joinSettings,
].flatMap(settingFacts);
