import { proxyRule, restAddress } from "../../values/addressSchema";
import { credentialsSchema } from "../../values/credentials";
import { withRules } from "../../values/primitives";
import { parsedSecretReference } from "../../values/secretReference";
import { toSecret } from "../../values/secretText";
import { tls } from "../../values/tls";

/** An account at a controller or a master, its secrets given or referred to. */
export const credentials = credentialsSchema(toSecret, parsedSecretReference);

/** A controller, and an account there. */
export const controller = withRules(
  restAddress(toSecret).extend({ credentials, tls: tls.exactOptional() }),
  proxyRule("proxy", ({ proxy }) => proxy),
);
