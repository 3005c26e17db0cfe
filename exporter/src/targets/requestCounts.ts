import {
  classifyResponse,
  controllerErrorCode,
  isMissingEndpoint,
  NeuVectorError,
  type Transport,
  type TransportResponse,
} from "@fedjoin/provider/internal/neuvector";
import { formatAddress } from "@fedjoin/provider/internal/values";

/** A number of requests by result. */
export interface RequestCount {
  /** `host:port` */
  readonly controller: string;
  /** `success` or an error kind. */
  readonly result: string;
  readonly count: number;
}

/** Counts requests to controllers by result since the process started. */
export interface RequestCounts {
  instrument(transport: Transport): Transport;
  requests(): readonly RequestCount[];
  /** The logins among them. */
  logins(): readonly RequestCount[];
  /** Drops the counts of all other controllers. */
  keepOnly(controllers: ReadonlySet<string>): void;
}

export function createRequestCounts(): RequestCounts {
  const requests = new Map<string, RequestCount>();
  const logins = new Map<string, RequestCount>();
  return {
    instrument: (transport) => ({
      async send(request) {
        const controller = formatAddress(request.target);
        const isLogin = request.method === "POST" && request.path === "/v1/auth";
        const note = (result: string): void => {
          for (const counts of isLogin ? [requests, logins] : [requests]) {
            const key = `${controller} ${result}`;
            counts.set(key, { controller, result, count: (counts.get(key)?.count ?? 0) + 1 });
          }
        };
        try {
          const reply = await transport.send(request);
          note(resultOf(request.path, reply));
          return reply;
        } catch (error) {
          note(error instanceof NeuVectorError ? error.kind : "unexpected");
          throw error;
        }
      },
    }),
    requests: () => [...requests.values()],
    logins: () => [...logins.values()],
    keepOnly(controllers) {
      for (const counts of [requests, logins]) {
        for (const [key, { controller }] of counts) if (!controllers.has(controller)) counts.delete(key);
      }
    },
  };
}

function resultOf(path: string, reply: TransportResponse): string {
  const { status } = reply;
  if (status >= 200 && status < 300) return "success";
  return isMissingEndpoint(path, status, controllerErrorCode(reply)) ? "success" : classifyResponse(reply);
}
