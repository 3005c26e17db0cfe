import { canonicalServer, parseBasePath } from "../../values/server";
import type { ResourceProps } from "../fedJoin/state";

/** Where inputs have an address, with the port that goes without saying. */
const defaultPorts = new Map([
  ["controller", 10443],
  ["rest", 10443],
  ["federation", 11443],
  ["jointRest", undefined],
]);

/** The inputs with every address in its one spelling, to compare them with those of another program. */
export function canonicalInputs(inputs: ResourceProps): ResourceProps {
  const entries = Object.entries(inputs).map(([key, value]): [string, unknown] => {
    if (!isMapping(value)) return [key, value];
    if (defaultPorts.has(key)) return [key, canonicalAddress(value, defaultPorts.get(key))];
    return [key, key === "master" ? canonicalInputs(value) : value];
  });
  return Object.fromEntries(entries);
}

function canonicalAddress(address: ResourceProps, defaultPort: number | undefined): ResourceProps {
  const { server, port = defaultPort, basePath = "" } = address;
  return {
    ...address,
    ...{ server: typeof server === "string" ? canonicalServer(server) : server, port },
    basePath: typeof basePath === "string" ? (parseBasePath(basePath) ?? basePath) : basePath,
  };
}

function isMapping(value: unknown): value is ResourceProps {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
