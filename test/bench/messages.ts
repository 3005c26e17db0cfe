import { z } from "zod";

/** What the bench asks its controller. */
export const controllerRequest = z.discriminatedUnion("ask", [
  z.object({ ask: z.literal("address") }),
  /** Waits so long before each answer from now on. */
  z.object({ ask: z.literal("delay"), ms: z.number() }),
  /** Ends the session, so that the next request gets 401/3. */
  z.object({ ask: z.literal("expire") }),
  z.object({ ask: z.literal("traffic") }),
]);

export type ControllerRequest = z.infer<typeof controllerRequest>;

export const addressReply = z.object({ port: z.number(), ca: z.string() });

/** What came since it was last asked. */
export const trafficReply = z.object({
  /** Paths with their query, in the order of arrival, logins not among them. */
  paths: z.array(z.string()),
  logins: z.number(),
  /** Bytes of the bodies before zipping. */
  bytes: z.number(),
  /** Most connections at a time. */
  connections: z.number(),
});

export const done = z.object({ done: z.literal(true) });

/** What the bench asks the floor: to fetch these, and how long that took. */
export const floorRequest = z.object({
  port: z.number(),
  ca: z.string(),
  maxConnections: z.number(),
  paths: z.array(z.string()),
});

export type FloorRequest = z.infer<typeof floorRequest>;

export const floorReply = z.object({ ms: z.number() });
