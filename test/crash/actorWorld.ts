import { createTestCa, type SimulatedController, startController } from "@fedjoin/simulator";
import { firstPassword, startWorld, type World } from "./world";

/** A world whose first master has a member that is dead. */
export interface CrowdedWorld extends World {
  /** Lets an admin kick the dead member when so many requests have arrived; resolves to what went wrong. */
  kickDeadMemberAt(request: number): Promise<string[]>;
}

/** The kick of a member that does not answer occupies its master for as long as the call to it may take. */
const timings = { callTimeoutMs: 3_000, removalMs: 100 };

export async function startCrowdedWorld(name: string): Promise<CrowdedWorld> {
  const world = await startWorld(name, timings);
  const [master] = world.masters;
  const dead = await startController({
    certificate: { ca: await createTestCa() },
    timings,
    users: [{ username: "admin", password: firstPassword, role: "admin" }],
  });
  const deadName = `${name}-dead`;
  const body = { name: deadName, join_token: master.joinToken(), joint_rest_info: dead.rest };
  const { status } = await dead.request("POST", "/v1/fed/join", { token: await dead.logIn(), body });
  if (status !== 200) throw new Error(`${deadName} did not join: ${status}`);
  dead.freeze();
  return {
    ...world,
    async kickDeadMemberAt(request: number): Promise<string[]> {
      await new Promise<void>((resolve) => {
        world.gate.open({
          request,
          intercept(_request, handle) {
            resolve();
            return handle();
          },
        });
      });
      return kick(master, deadName);
    },
    async close() {
      dead.resume();
      await Promise.all([world.close(), dead.close()]);
    },
  };
}

async function kick(master: SimulatedController, name: string): Promise<string[]> {
  try {
    await master.kick(name);
    return [];
  } catch (error) {
    return [`the kick failed: ${error instanceof Error ? error.message : ""}`];
  }
}

/** The settings of an exporter that joins the site of a world by its own controller, and watches the membership. */
export function joinEnvironmentOf({ name, masters, site }: World): Readonly<Record<string, string>> {
  const [master] = masters;
  return {
    CTRL_API_SERVICE: `${site.rest.server}:${site.rest.port}`,
    CTRL_PASSWORD: firstPassword,
    CTRL_TLS_FINGERPRINT: site.fingerprint256,
    ENABLE_FED_JOIN: "true",
    JOIN_MODE: "watch",
    JOIN_WATCH_INTERVAL_SECONDS: "0.5",
    JOIN_VIA: "controller",
    PAAS_STORE_ID: name,
    MASTER_CLUSTER_ADDRESS: master.rest.server,
    MASTER_CLUSTER_PORT: String(master.rest.port),
    MASTER_TLS_FINGERPRINT: master.fingerprint256,
    JOINT_REST_SERVER: site.rest.server,
    JOINT_REST_PORT: String(site.rest.port),
    JOIN_TOKEN: master.joinToken(),
    JOIN_INITIAL_DELAY_SECONDS: "0.1",
    JOIN_MAX_DELAY_SECONDS: "1",
  };
}
