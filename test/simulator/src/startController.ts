import { fingerprint256, issueCertificate, selfSignedCertificate } from "./certificates";
import type { KeyPair } from "./certificates";
import { createHandle, type ControllerHandle } from "./controllerHandle";
import { createController } from "./core/controller";
import type { ControllerRequest, Interceptor } from "./core/message";
import { completeOptions } from "./core/options";
import type { PartialControllerOptions } from "./core/options";
import { traitsOf } from "./core/productVersion";
import { freePort } from "./freePort";
import { openListener } from "./httpsListener";
import type { OpenListener } from "./httpsListener";
import { sendHttps } from "./httpsClient";
import { httpsTransport } from "./httpsTransport";
import { systemClock, systemRandom } from "./systemPorts";

export interface StartOptions extends PartialControllerOptions {
  /** Begin as a master, promoted at the federation address; default standalone. */
  readonly role?: "" | "master";
  /** The host to listen on and to be reached at; default 127.0.0.1. */
  readonly server?: string;
  /** REST port; default a free one. */
  readonly port?: number;
  /** Self-signed with the name `neuvector` like the product (default), or of a test CA for the names (default: the server). */
  readonly certificate?: "self-signed" | { readonly ca: KeyPair; readonly names?: readonly string[] };
  /** Sees every request before the controller does; default none. */
  readonly intercept?: Interceptor;
}

/** A simulated controller that listens. */
export interface SimulatedController extends ControllerHandle {
  /** The server's certificate, PEM. */
  readonly certificate: string;
  /** What to trust to verify it, PEM: the test CA, or the self-signed certificate itself. */
  readonly ca: string;
  readonly fingerprint256: string;
  /** Serves another certificate from now on; the fields above stay those of the first. */
  readonly installCertificate: (next: KeyPair) => Promise<void>;
}

/** Starts one controller with its own HTTPS listeners and state. */
export async function startController(options: StartOptions = {}): Promise<SimulatedController> {
  const { role = "", server = "127.0.0.1", port, certificate = "self-signed", intercept, ...given } = options;
  const controllerOptions = completeOptions(given);
  const keyPair =
    certificate === "self-signed"
      ? await selfSignedCertificate()
      : await issueCertificate(certificate.ca, certificate.names ?? [server]);
  const restAddress = { server, port: port ?? (await freePort(server)) };
  const federationAddress = { server, port: await freePort(server) };

  const shell = {
    keyPair,
    handle(request: ControllerRequest) {
      const handle = () => controller.handle(request);
      return intercept === undefined ? handle() : intercept(request, handle);
    },
    minTls: traitsOf(controllerOptions.productVersion).minTls,
  };
  const restListener = switchable(() => openListener({ listener: "rest", ...restAddress, ...shell }));
  const federationListener = switchable(() => openListener({ listener: "federation", ...federationAddress, ...shell }));
  const controller = createController(controllerOptions, {
    clock: systemClock,
    random: systemRandom,
    transport: httpsTransport,
    federationListener,
  });
  await restListener.open();
  const [admin = { username: "", password: "" }] = controllerOptions.users;
  const ca = certificate === "self-signed" ? keyPair.certificate : certificate.ca.certificate;
  const handle = createHandle(controller, {
    rest: restAddress,
    federationAddress,
    admin,
    request: (method, path, requestOptions = {}) =>
      sendHttps(requestOptions.to === "federation" ? federationAddress : restAddress, ca, method, path, requestOptions),
    async goOffline() {
      await Promise.all([restListener.close(), federationListener.close()]);
    },
    async goOnline() {
      await restListener.open();
      if (handle.role === "master") await federationListener.open();
    },
  });
  if (role === "master") await handle.promote();
  return Object.assign(handle, {
    certificate: keyPair.certificate,
    ca,
    fingerprint256: fingerprint256(keyPair.certificate),
    async installCertificate(next: KeyPair) {
      shell.keyPair = next;
      await handle.goOffline();
      await handle.goOnline();
    },
  });
}

interface Switch {
  open(): Promise<void>;
  close(): Promise<void>;
}

/** A listener that can be opened and closed again and again. */
function switchable(start: () => Promise<OpenListener>): Switch {
  let current: OpenListener | undefined;
  return {
    async open() {
      current ??= await start();
    },
    async close() {
      const closing = current;
      current = undefined;
      await closing?.close();
    },
  };
}
