import { z } from "zod";
import { NeuVectorError } from "../errors";

/** `{"code", "error", "message"}` of every answer that is not a success (contract 0). */
export const errorBody = z.object({
  code: z.number().optional(),
  error: z.string().optional(),
  message: z.string().optional(),
});

/** The parts of a login answer that we use (contract 1.2). `token` is null when a new password is demanded first. */
export const authReply = z.object({
  token: z.object({ token: z.string().min(1) }).nullish(),
  need_to_reset_password: z.boolean().optional(),
});

const restInfo = z.object({ server: z.string(), port: z.number() });

const clusterEntry = z.object({
  name: z.string(),
  id: z.string(),
  status: z.string().default(""),
  rest_version: z.string().default(""),
  rest_info: restInfo,
});

/** `GET /v1/fed/member` (contract 3.3). `joint_clusters` is null on a standalone cluster. */
export const fedMemberReply = z.object({
  fed_role: z.string(),
  local_rest_info: restInfo.optional(),
  master_cluster: clusterEntry.nullish(),
  joint_clusters: z.array(clusterEntry).nullish(),
});

export type FedMemberReply = z.infer<typeof fedMemberReply>;
export type ClusterEntry = z.infer<typeof clusterEntry>;

/** `GET /v1/fed/join_token` (contract 3.2). */
export const joinTokenReply = z.object({ join_token: z.string().min(1) });

/** A token URL's answer: `{"context": token}` (R3), or the controller's own `{"join_token": token}`. */
export const tokenUrlReply = z.union([
  z.object({ context: z.string().min(1) }).transform(({ context }) => context),
  joinTokenReply.transform(({ join_token }) => join_token),
]);

/** `GET /v1/system/summary` (contract 5.1). Strings are empty while no scanner is connected. */
export const systemSummaryReply = z.object({
  summary: z.object({
    hosts: z.number(),
    controllers: z.number(),
    enforcers: z.number(),
    disconnected_enforcers: z.number(),
    domains: z.number().optional(),
    workloads: z.number(),
    running_workloads: z.number(),
    running_pods: z.number(),
    services: z.number(),
    policy_rules: z.number(),
    scanners: z.number().optional(),
    cvedb_version: z.string().default(""),
    cvedb_create_time: z.string().default(""),
  }),
});

export type SystemSummary = z.infer<typeof systemSummaryReply>["summary"];

/**
 * `value` as `schema` describes it; keys that the schema does not name are ignored.
 * @throws NeuVectorError unexpected_reply, naming the first field that is wrong and never its value.
 */
export function parseReply<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join(".") ?? "";
  throw new NeuVectorError(
    "unexpected_reply",
    `${what} answered something else than expected${field === "" ? "" : ` (field ${field})`}`,
  );
}
