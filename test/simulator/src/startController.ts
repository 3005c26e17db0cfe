import { fingerprint256, issueCertificate, selfSignedCertificate } from "./certificates";
import type { KeyPair } from "./certificates";
import { createController } from "./core/controller";
import type { Controller, MemberView } from "./core/controller";
import type { Faults } from "./core/faults";
import type { ControllerRequest } from "./core/message";
import { completeOptions } from "./core/options";
import type { PartialControllerOptions } from "./core/options";
import { traitsOf } from "./core/productVersion";
import type { LogEntry } from "./core/requestLog";
import type { FederationRole, FederationStatus, RestInfo, User } from "./core/state";
import { freePort } from "./freePort";
import { openListener } from "./httpsListener";
import type { OpenListener } from "./httpsListener";
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
}

/** A simulated controller that listens. */
export interface SimulatedController {
  /** The REST listener (10443 in the product). */
  readonly rest: RestInfo;
  /** The federation listener (11443 in the product), which only a master has. */
  readonly federation: RestInfo | undefined;
  /** Where the federation listener is or would be: what to promote with. */
  readonly federationAddress: RestInfo;
  /** The first user's login. */
  readonly admin: { readonly username: string; readonly password: string };
  /** The server's certificate, PEM. */
  readonly certificate: string;
  /** What to trust to verify it, PEM: the test CA, or the self-signed certificate itself. */
  readonly ca: string;
  readonly fingerprint256: string;
  readonly clusterName: string;
  readonly role: FederationRole;
  /** This cluster's own membership while it is joint. */
  readonly membership: { readonly id: string; readonly status: FederationStatus } | undefined;
  readonly requests: readonly LogEntry[];
  readonly faults: Faults;
  /** The accounts by name, to look at and to tamper with. */
  readonly users: ReadonlyMap<string, User>;
  promote(order?: { readonly name?: string }): Promise<void>;
  joinToken(minutes?: number): string;
  members(): readonly MemberView[];
  kick: Controller["kick"];
  pollNow(): Promise<void>;
  pingNow(): Promise<void>;
  /** Stops answering on every listener, as in an outage; the state stays. */
  goOffline(): Promise<void>;
  /** Ends the outage, on the same ports. */
  goOnline(): Promise<void>;
  /** Stops answering while the sockets stay open, as a stopped process does; `resume` works off what arrived. */
  freeze: Controller["freeze"];
  resume: Controller["resume"];
  close(): Promise<void>;
}

/** Starts one controller with its own HTTPS listeners and state. */
export async function startController(options: StartOptions = {}): Promise<SimulatedController> {
  const { role = "", server = "127.0.0.1", port, certificate = "self-signed", ...given } = options;
  const controllerOptions = completeOptions(given);
  const keyPair =
    certificate === "self-signed"
      ? await selfSignedCertificate()
      : await issueCertificate(certificate.ca, certificate.names ?? [server]);
  const restAddress = { server, port: port ?? (await freePort(server)) };
  const federationAddress = { server, port: await freePort(server) };

  const handle = (request: ControllerRequest) => controller.handle(request);
  const shell = { keyPair, handle, minTls: traitsOf(controllerOptions.productVersion).minTls };
  const restListener = switchable(() => openListener({ listener: "rest", ...restAddress, ...shell }));
  const federationListener = switchable(() => openListener({ listener: "federation", ...federationAddress, ...shell }));
  const controller = createController(controllerOptions, {
    clock: systemClock,
    random: systemRandom,
    transport: httpsTransport,
    federationListener,
  });
  await restListener.open();
  const { state } = controller;
  const [{ username, password } = { username: "", password: "" }] = controllerOptions.users;
  const promote = ({ name = "" } = {}) => controller.promote({ name, rest: federationAddress });
  if (role === "master") await promote();

  return {
    rest: restAddress,
    federationAddress,
    get federation() {
      return state.federation.role === "master" ? federationAddress : undefined;
    },
    admin: { username, password },
    certificate: keyPair.certificate,
    ca: certificate === "self-signed" ? keyPair.certificate : certificate.ca.certificate,
    fingerprint256: fingerprint256(keyPair.certificate),
    get clusterName() {
      return state.clusterName;
    },
    get role() {
      return state.federation.role;
    },
    get membership() {
      const { federation } = state;
      return federation.role === "joint" ? { id: federation.id, status: federation.status } : undefined;
    },
    requests: controller.requests,
    faults: controller.faults,
    users: state.users,
    promote,
    joinToken: controller.joinToken,
    members: controller.members,
    kick: controller.kick,
    pollNow: controller.pollNow,
    pingNow: controller.pingNow,
    freeze: controller.freeze,
    resume: controller.resume,
    async goOffline() {
      await Promise.all([restListener.close(), federationListener.close()]);
    },
    async goOnline() {
      await restListener.open();
      if (state.federation.role === "master") await federationListener.open();
    },
    async close() {
      controller.close();
      await Promise.all([restListener.close(), federationListener.close()]);
    },
  };
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
