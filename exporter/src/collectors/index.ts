import { account } from "./account";
import { admission } from "./admission";
import { createAdmissionDenial } from "./admissionDenial";
import { alert } from "./alert";
import type { Collector } from "./collector";
import { compliance } from "./compliance";
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
import { vulnerability } from "./vulnerability";

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
  account,
  alert,
  createAdmissionDenial(),
  containerVulnerability,
  conversation,
  controller,
  imageVulnerability,
  compliance,
  vulnerability,
  enforcer,
];
