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
 * Creates all collectors for one controller; some keep state between scrapes. Their order is the order of the
 * exposition. Those with many requests come last, because a collector is written once it and all before it have
 * finished.
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
