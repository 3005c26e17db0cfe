import type { Context } from "../context";
import type { Membership } from "../state";
import { sealTicket } from "../tokens";

const lifeMs = 120_000;

/** What a joint cluster proves itself with to its master (rest-api.md#join-tokens). */
export function jointTicket({ clock, random }: Context, { secret }: Membership): string {
  return sealTicket(secret, clock.now() + lifeMs, random);
}
