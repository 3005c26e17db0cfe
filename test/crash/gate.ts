import type { Interceptor } from "@fedjoin/simulator";

/** A request of the provider, as a gate counted it. */
export interface SeenRequest {
  /** `METHOD controller path`, where an id of a member reads `:id`. */
  readonly title: string;
  /** What the controller decided, also when the answer never left; undefined if the request never reached it. */
  status: number | "dropped" | undefined;
}

/** What happens to one request of an operation. */
export interface Disturbance {
  /** The index of the request. */
  readonly request: number;
  readonly intercept: Interceptor;
}

/** Counts the requests of the provider to the controllers of one world, and can disturb one of them. */
export interface Gate {
  /** Every request since the last `open`, in order. */
  readonly requests: readonly SeenRequest[];
  /** How many are without an answer. */
  readonly inFlight: number;
  interceptorOf(controller: string): Interceptor;
  /** Counts from zero, and lets everything pass but what is disturbed. */
  open(disturbance?: Disturbance): void;
  /** Lets everything pass from now on. */
  calm(): void;
}

export function createGate(): Gate {
  let requests: SeenRequest[] = [];
  let disturbed: Disturbance | undefined;
  let inFlight = 0;
  return {
    get requests() {
      return requests;
    },
    get inFlight() {
      return inFlight;
    },
    open(disturbance) {
      requests = [];
      disturbed = disturbance;
    },
    calm() {
      disturbed = undefined;
    },
    interceptorOf: (controller) => async (request, handle) => {
      if (!request.headers["user-agent"]?.includes("fedjoin")) return handle();
      const path = request.path.replace(/\?.*$/, "").replace(/(\/cluster\/).+/, "$1:id");
      const seen: SeenRequest = { title: `${request.method} ${controller} ${path}`, status: undefined };
      const isDisturbed = requests.push(seen) - 1 === disturbed?.request;
      const decide = async () => {
        const outcome = await handle();
        seen.status = outcome === "drop" ? "dropped" : outcome.status;
        return outcome;
      };
      inFlight++;
      try {
        return await (isDisturbed ? (disturbed?.intercept(request, decide) ?? decide()) : decide());
      } finally {
        inFlight--;
      }
    },
  };
}
