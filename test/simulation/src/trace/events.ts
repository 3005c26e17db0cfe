/** What a run of the world records, in order. Oracles, the timeline and the trace hash read it. */
export type WorldEvent = { readonly atMs: number } & (
  | { readonly type: "request"; readonly message: Message }
  /** A server begins to carry the request out. */
  | { readonly type: "arrival"; readonly message: Message }
  | { readonly type: "response"; readonly message: Message; readonly response: Response }
  /** No response arrives; `how` says what the sender sees. */
  | { readonly type: "loss"; readonly message: Message; readonly how: string }
  | { readonly type: "fault"; readonly step: number; readonly kind: string }
  | { readonly type: "log"; readonly process: string; readonly level: string; readonly text: string }
  /** `site` is set for the exporter of a site, `prunes` for a command that removes stale entries of these sites. */
  | {
      readonly type: "start";
      readonly process: string;
      readonly command: string;
      readonly site?: string;
      readonly prunes?: readonly string[];
    }
  | { readonly type: "end"; readonly process: string; readonly how: ProcessEnd; readonly problems: readonly string[] }
  /** The provider of a process is gone: what it waits for never comes, and its calls fail. */
  | { readonly type: "provider_end"; readonly process: string }
  | { readonly type: "checkpoint"; readonly step: number; readonly process: string; readonly state: RecordedState }
  | { readonly type: "call"; readonly process: string; readonly call: ProviderCall }
  | { readonly type: "result"; readonly process: string; readonly call: ProviderCall; readonly result: CallResult }
  /** Something that neither our processes nor a fault of the network did. */
  | { readonly type: "act"; readonly what: string; readonly host: string; readonly phase: "begin" | "end" }
);

/** What a checkpoint says of resources. It is never changed in place. */
export interface RecordedState {
  readonly resources: readonly RecordedResource[];
  readonly pendingOperations: readonly { readonly resource: RecordedResource }[];
}

export interface RecordedResource {
  readonly inputs: RecordedProps;
  readonly outputs: RecordedProps;
}

export type RecordedProps = Readonly<Record<string, unknown>>;

/** A request and who sends it: a process of ours, or the host of a controller. */
export interface Message {
  readonly step: number;
  readonly from: string;
  readonly isOurs: boolean;
  readonly to: string;
  readonly port: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly token: string | undefined;
  readonly body: string;
}

export interface Response {
  readonly status: number;
  readonly body: string;
}

export type ProcessEnd = "succeeded" | "failed" | "crashed" | "stopped";

/** A call of the engine to the provider, for the resource with this URN. */
export interface ProviderCall {
  readonly operation: "check" | "diff" | "create" | "read" | "update" | "delete";
  readonly urn: string;
  readonly id: string | undefined;
  readonly olds: Readonly<Record<string, unknown>> | undefined;
  readonly news: Readonly<Record<string, unknown>> | undefined;
}

export type CallResult =
  | {
      readonly is: "done";
      readonly id: string | undefined;
      readonly outputs: Readonly<Record<string, unknown>> | undefined;
    }
  | { readonly is: "failed"; readonly error: string; readonly isPartial: boolean };

/** An event before the recorder adds the time. */
export type EventBody = WorldEvent extends infer Each ? (Each extends WorldEvent ? Omit<Each, "atMs"> : never) : never;

type Json = Readonly<Record<string, unknown>>;

const parsedBodies = new WeakMap<object, Json>();

/** The JSON body of a request or a response; `{}` if it is none. */
export function jsonBody(from: { readonly body: string }): Json {
  const known = parsedBodies.get(from) ?? parseBody(from.body);
  parsedBodies.set(from, known);
  return known;
}

function parseBody(body: string): Json {
  if (!body.startsWith("{")) return {};
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

const endpoints = new WeakMap<Message, string>();

/** `METHOD path`, with the id of an entry replaced. */
export function endpointOf(message: Message): string {
  const known = endpoints.get(message);
  if (known !== undefined) return known;
  const { method, path } = message;
  const endpoint = path.startsWith("/v1/fed/cluster/") ? `${method} /v1/fed/cluster/:id` : `${method} ${path}`;
  endpoints.set(message, endpoint);
  return endpoint;
}
