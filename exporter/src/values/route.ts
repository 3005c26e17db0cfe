import type { Secret, Address } from "@fedjoin/provider/internal/values";

/** How to reach a REST API, apart from its address. */
interface Route {
  readonly basePath: string | undefined;
  readonly proxy: Secret | undefined;
}

/** Adds the base path and the proxy, if any, to an address. */
export function withRoute(address: Address, { basePath = "", proxy }: Route): Address {
  return { ...address, ...(basePath !== "" && { basePath }), ...(proxy !== undefined && { proxy }) };
}
