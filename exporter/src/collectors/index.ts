import { admission } from "./admission";
import type { Collector } from "./collector";
import { containerVulnerability } from "./containerVulnerability";
import { conversation } from "./conversation";
import { federation } from "./federation";
import { host } from "./host";
import { imageVulnerability } from "./imageVulnerability";
import { createLog } from "./log";
import { platformVulnerability } from "./platformVulnerability";
import { policy } from "./policy";
import { controller, enforcer } from "./componentStats";
import { risk } from "./risk";
import { scanner } from "./scanner";
import { summary } from "./summary";

/**
 * Every collector there is, for one controller: what one remembers from scrape to scrape belongs to that controller.
 * They stand in the order in which they are written. Those of many requests are last, since a collector is written as
 * soon as it and all before it are done.
 */
export const createCollectors = (): readonly Collector[] => [
  summary,
  host,
  admission,
  platformVulnerability,
  federation,
  scanner,
  policy,
  risk,
  createLog(),
  containerVulnerability,
  conversation,
  controller,
  imageVulnerability,
  enforcer,
];
