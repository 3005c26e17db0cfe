import { admission } from "./admission";
import type { Collector } from "./collector";
import { containerVulnerability } from "./containerVulnerability";
import { conversation } from "./conversation";
import { federation } from "./federation";
import { host } from "./host";
import { imageVulnerability } from "./imageVulnerability";
import { log } from "./log";
import { platformVulnerability } from "./platformVulnerability";
import { controller, enforcer } from "./resourceUse";
import { summary } from "./summary";

/** Every collector there is, for one controller: what one remembers from scrape to scrape belongs to that controller. */
export const createCollectors = (): readonly Collector[] => [
  summary,
  conversation,
  enforcer,
  host,
  admission,
  imageVulnerability,
  containerVulnerability,
  log,
  controller,
  platformVulnerability,
  federation,
];
