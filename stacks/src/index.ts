import { readConfig } from "./config";
import { deployEnvironment } from "./environment";

/** The program of a stack: checks its configuration, deploys it, and gives tables of members and exporters. */
export const { members, exporters } = deployEnvironment(readConfig());
