import { request } from "node:https";
import type { KeyPair, SimulatedController } from "@fedjoin/simulator";
import { startWebServer, type WebServer } from "./webServer";

/** An HTTPS server on loopback that passes on what is below a prefix to the controller of that prefix, without the prefix. */
export function startIngress(
  { certificate: cert, key }: KeyPair,
  controllers: Readonly<Record<string, SimulatedController>>,
): Promise<WebServer> {
  return startWebServer({ cert, key }, (incoming, outgoing) => {
    const url = incoming.url ?? "";
    const [prefix, controller] = Object.entries(controllers).find(([path]) => url.startsWith(`${path}/`)) ?? [];
    if (prefix === undefined || controller === undefined) {
      outgoing.writeHead(404, { "Content-Type": "text/html" }).end("<h1>no such path</h1>");
      return;
    }
    const { server: host, port } = controller.rest;
    const { method, headers } = incoming;
    const options = { host, port, method, path: url.slice(prefix.length), headers, ca: controller.ca };
    const passedOn = request(options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passedOn.on("error", () => outgoing.destroy());
    incoming.pipe(passedOn);
  });
}
