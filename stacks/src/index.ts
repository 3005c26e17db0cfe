import { readConfig } from "./config";
import { deployEnvironment } from "./environment";
import { provePlacements } from "./placements";

const environment = readConfig();
const outputs = provePlacements(environment).then(() => deployEnvironment(environment));

/** The program of a stack: checks its configuration and its clusters, deploys it, and gives tables of members and exporters. */
export const members = outputs.then((tables) => tables.members);
export const exporters = outputs.then((tables) => tables.exporters);
