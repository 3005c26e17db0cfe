// The world that Node gives: for the entry points of a program only.
export { ignoreBrokenPipe } from "./brokenPipe";
export { defaultKubeconfig } from "./defaultKubeconfig";
export { createKubeFetch } from "./kubeFetch";
export { createSystemPorts, systemClock } from "./systemPorts";
