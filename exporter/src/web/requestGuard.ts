import type { Clock } from "@fedjoin/provider/internal/neuvector";
import type { LiveWebConfig } from "../webConfig/liveWebConfig";
import type { RateLimit } from "../webConfig/webConfig";
import { createAuthenticator } from "./basicAuth";
import { textReply, type Reply } from "./page";
import { createRateLimiter, type RateLimiter } from "./rateLimiter";

/** Guards every page: first the rate limit, then the users of the web config. */
export interface RequestGuard {
  /** The reply that rejects a request; `undefined` if the request may proceed. */
  reject(authorization: string | undefined, signal: AbortSignal): Promise<Reply | undefined>;
  /** Headers added to every reply. */
  headers(): Readonly<Record<string, string>>;
}

const challenge = { "WWW-Authenticate": 'Basic realm="fedjoin-exporter", charset="UTF-8"' };

/** A guard by the current web config. Without one, every request may proceed. */
export function createRequestGuard(webConfig: LiveWebConfig | undefined, clock: Clock): RequestGuard {
  const authenticate = createAuthenticator();
  let bucket: { readonly limit: RateLimit; readonly limiter: RateLimiter } | undefined;

  const isTooFast = (limit: RateLimit | undefined): boolean => {
    if (limit === undefined) return false;
    if (bucket?.limit.burst !== limit.burst || bucket.limit.intervalMs !== limit.intervalMs) {
      bucket = { limit, limiter: createRateLimiter(limit) };
    }
    return !bucket.limiter.allows(clock.now());
  };

  return {
    async reject(authorization, signal) {
      const config = webConfig?.current();
      if (config === undefined) return undefined;
      const { users, rateLimit } = config;
      if (isTooFast(rateLimit)) {
        const seconds = Math.ceil((rateLimit?.intervalMs ?? 0) / 1000);
        return textReply(429, "too many requests", { "Retry-After": String(seconds) });
      }
      if (users.size === 0) return undefined;
      switch (await authenticate(users, authorization, signal)) {
        case "admitted":
          return undefined;
        case "busy":
          return textReply(503, "too many logins at once", { "Retry-After": "1" });
        case "refused":
          return textReply(401, "unauthorized", challenge);
      }
    },
    headers: () => webConfig?.current().headers ?? {},
  };
}
