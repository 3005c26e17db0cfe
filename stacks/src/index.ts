import { readConfig } from "./deploy/readConfig";
import { deployEnvironment } from "./deploy/environment";
import { checkPlacements } from "./deploy/placementCheck";

const environment = readConfig();
const outputs = checkPlacements(environment).then(() => deployEnvironment(environment));

/** The program of a stack: checks its configuration and clusters, deploys it, and outputs tables of members and exporters. */
export const members = outputs.then((tables) => tables.members);
export const exporters = outputs.then((tables) => tables.exporters);
