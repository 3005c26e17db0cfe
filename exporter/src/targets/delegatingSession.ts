import { NeuVectorError, type Session } from "@fedjoin/provider/internal/neuvector";

/** A session that delegates each call to `current()`. @throws NeuVectorError invalid_input if there is none. */
export function delegatingSession(current: () => Session | undefined): Session {
  const now = (): Session => {
    const session = current();
    if (session !== undefined) return session;
    throw new NeuVectorError("invalid_input", "no controller is configured: CTRL_API_SERVICE is not set");
  };
  return {
    get target() {
      return now().target;
    },
    get credentials() {
      return now().credentials;
    },
    call: async (call) => now().call(call),
    keepAlive: async (signal) => now().keepAlive(signal),
    idleSeconds: () => now().idleSeconds(),
    usesDefaultPassword: () => now().usesDefaultPassword(),
    backoff: () => now().backoff(),
    close: async () => now().close(),
  };
}
