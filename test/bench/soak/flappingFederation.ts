import * as z from "zod";
import { createTestCa, injectFault, startController, type SimulatedController } from "@fedjoin/simulator";
import { serveRequests } from "../childProcess";
import { faultOf, type Behaviour } from "./failures";

/** What the soak asks its federation of a master and one member, with the answer in brackets. */
export type FlappingRequest =
  /** Where the master is (`MasterAddress`). */
  | { readonly ask: "address" }
  /** To behave like this from now on. */
  | { readonly ask: "behave"; readonly as: Behaviour }
  /** How many sessions are open at the master (`number`). */
  | { readonly ask: "sessions" };

export interface MasterAddress {
  readonly port: number;
  readonly ca: string;
  readonly password: string;
  readonly member: string;
}

let behaviour: Behaviour = "well";
const started = start();

async function start(): Promise<{ readonly master: SimulatedController; readonly address: MasterAddress }> {
  const certificate = { ca: await createTestCa() };
  const master = await startController({
    role: "master",
    certificate,
    intercept: (request, handle) => {
      const fault = faultOf(behaviour);
      return fault === undefined ? handle() : injectFault(fault)(request, handle);
    },
  });
  await join(await startController({ certificate }), master);
  const [member] = master.members();
  const { password } = master.admin;
  return { master, address: { port: master.rest.port, ca: master.ca, password, member: member?.id ?? "" } };
}

async function join(site: SimulatedController, master: SimulatedController): Promise<void> {
  const body = { name: "member", join_token: master.joinToken(), joint_rest_info: site.rest };
  const { status, text } = await site.request("POST", "/v1/fed/join", { token: await site.logIn(), body });
  z.literal(200, { error: `the join was answered by ${status}: ${text}` }).parse(status);
}

async function behave(as: Behaviour): Promise<void> {
  const { master } = await started;
  if (behaviour === "offline") await master.goOnline();
  behaviour = as;
  if (as === "offline") await master.goOffline();
  if (as === "expired") master.state.sessions.clear();
}

serveRequests(async (question: FlappingRequest): Promise<MasterAddress | number | undefined> => {
  switch (question.ask) {
    case "address":
      return (await started).address;
    case "behave":
      await behave(question.as);
      return undefined;
    case "sessions":
      return (await started).master.state.sessions.size;
  }
});
