import type { ResourceProps } from "./props";
import { isMapping } from "../../values/mapping";
import { canonicalServer, parseBasePath } from "../../values/server";

/** The inputs that are addresses, with their default ports. */
const defaultPorts = new Map([
  ["controller", 10443],
  ["rest", 10443],
  ["federation", 11443],
  ["jointRest", undefined],
]);

/** Returns the inputs with every address in its canonical spelling, so that they can be compared. */
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
