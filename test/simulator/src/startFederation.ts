import { randomBytes } from "node:crypto";
import { createTestCa } from "./certificates";
import type { KeyPair } from "./certificates";
import type { PartialControllerOptions, Timings } from "./core/options";
import { startController } from "./startController";
import type { SimulatedController, StartOptions } from "./startController";

export interface FederationOptions {
  /** How many standalone sites to start; default 1. */
  readonly sites?: number;
  readonly server?: string;
  readonly timings?: Partial<Timings>;
  readonly acceptDirectJoin?: StartOptions["acceptDirectJoin"];
  /** Certificates like the product's instead of a common test CA's. */
  readonly selfSigned?: boolean;
  /** What the master has that the sites have not. */
  readonly masterOptions?: PartialControllerOptions;
  /** What every site has that the master has not. */
  readonly siteOptions?: PartialControllerOptions;
  /** Password of every `admin`; default a random one for each controller. */
  readonly password?: string;
}

export interface SimulatedFederation {
  readonly master: SimulatedController;
  readonly sites: readonly SimulatedController[];
  /** The common CA, PEM; undefined when every certificate is self-signed. */
  readonly ca: string | undefined;
  close(): Promise<void>;
}

/** Starts a master named `primary` and standalone sites that have not joined it yet. */
export async function startFederation(options: FederationOptions = {}): Promise<SimulatedFederation> {
  const ca = options.selfSigned ? undefined : await createTestCa();
  const master = await startController({
    ...startOptions(options, ca),
    name: "primary",
    role: "master",
    ...options.masterOptions,
  });
  const sites: SimulatedController[] = [];
  for (let count = 0; count < (options.sites ?? 1); count++) {
    sites.push(await startController({ ...startOptions(options, ca), ...options.siteOptions }));
  }
  return {
    master,
    sites,
    ca: ca?.certificate,
    async close() {
      await Promise.all([master, ...sites].map((controller) => controller.close()));
    },
  };
}

/** What a controller of the federation is started with, over HTTPS or in memory. */
export function controllerOptions(options: FederationOptions): PartialControllerOptions {
  const { timings, acceptDirectJoin, password = randomPassword() } = options;
  return {
    users: [{ username: "admin", password, role: "admin" }],
    ...(timings && { timings }),
    ...(acceptDirectJoin !== undefined && { acceptDirectJoin }),
  };
}

function startOptions(options: FederationOptions, ca: KeyPair | undefined): StartOptions {
  const { server } = options;
  return {
    ...controllerOptions(options),
    certificate: ca ? { ca } : "self-signed",
    ...(server !== undefined && { server }),
  };
}

/** Satisfies the default password profile. */
function randomPassword(): string {
  return `Aa1${randomBytes(12).toString("base64url")}`;
}
