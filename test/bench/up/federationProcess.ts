import { fedJoinInputs } from "@fedjoin/testbed";
import { startFederation } from "@fedjoin/simulator";
import { serveRequests } from "../childProcess";

/** What the bench asks the simulated federation, with the answer in brackets. */
export type FederationRequest =
  /** To start a master and standalone sites (`Declarations`). */
  | { readonly ask: "start"; readonly sites: number }
  /** What came since it was last asked (`Traffic`). */
  | { readonly ask: "traffic" };

/** FedJoin's arguments by resource name. */
export type Declarations = Readonly<Record<string, object>>;

export interface Traffic {
  /** Requests at the master's REST API by method and path, ids replaced; logins and logouts among them. */
  readonly master: Readonly<Record<string, number>>;
  readonly members: number;
}

/** Controllers that do everything at once, where the product takes seconds. */
const instant = { cleanupMs: 0, removalMs: 0, memberLoginMs: 0, probePauseMs: 10 };

let federation: Awaited<ReturnType<typeof startFederation>> | undefined;
let seen = 0;

async function start(sites: number): Promise<Declarations> {
  federation = await startFederation({ sites, selfSigned: true, timings: instant });
  const { master } = federation;
  return Object.fromEntries(
    federation.sites.map((site, index) => {
      const { master: declaredMaster, controller, jointRest } = fedJoinInputs(master, site, `s${index}`);
      return [`s${index}`, { storeId: `s${index}`, master: declaredMaster, controller, jointRest }];
    }),
  );
}

function traffic(): Traffic {
  if (federation === undefined) throw new Error("the federation was not started");
  const entries = federation.master.requests.slice(seen).filter(({ listener }) => listener === "rest");
  seen = federation.master.requests.length;
  const master: Record<string, number> = {};
  for (const { method, path } of entries) {
    const name = `${method} ${path.replace(/[0-9a-f]{32}/, ":id")}`;
    master[name] = (master[name] ?? 0) + 1;
  }
  return { master, members: federation.master.members().length };
}

serveRequests((question: FederationRequest) => (question.ask === "start" ? start(question.sites) : traffic()));
