import { systemErrorCode, formatAddress } from "@fedjoin/provider/internal/values";

export interface ListenAddress {
  /** `undefined` for all interfaces. */
  readonly address: string | undefined;
  readonly port: number;
}

const setting = "with EXPORTER_PORT, or in EXPORTER_ADDRESS if that has a port";

/** The error of a server that cannot listen, with the settings that choose where; any other error as it is. */
export function listenProblem(error: Error, { address, port }: ListenAddress): Error {
  const where = address === undefined ? `port ${port}` : formatAddress({ server: address, port });
  switch (systemErrorCode(error)) {
    case "EADDRINUSE":
      return new Error(
        `${where} is in use (EADDRINUSE): stop the process that listens there, or choose another port ${setting}`,
      );
    case "EACCES":
      return new Error(`${where} needs the right to listen on a low port (EACCES): choose one above 1023 ${setting}`);
    default:
      return error;
  }
}
