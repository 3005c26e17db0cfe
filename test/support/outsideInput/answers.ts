import { systemClock } from "@fedjoin/provider/internal/system";
import type { Ports, TransportRequest, TransportResponse } from "../../../provider/src/neuvector/ports";

/** Ports whose transport answers every request so. */
export function portsAnswering(reply: Partial<TransportResponse>): Ports {
  const response = { status: 200, headers: {}, body: "", ...reply };
  const send = async ({ sink }: TransportRequest): Promise<TransportResponse> => {
    await Promise.resolve();
    if (sink === undefined || response.status !== 200) return response;
    sink(Buffer.from(response.body));
    return { ...response, body: "" };
  };
  return { clock: systemClock, random: { below: () => 0 }, transport: { send }, log: () => undefined };
}
