import { readFile } from "node:fs/promises";
import * as z from "zod";

/** Says of every request who sent it and what it asked for, not what was in it. */
export const auditPolicy = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived", "ResponseStarted"],
  rules: [{ level: "Metadata" }],
};

const event = z.object({
  verb: z.string(),
  user: z.object({ username: z.string() }),
  objectRef: z
    .object({
      resource: z.string(),
      namespace: z.string().optional(),
      apiGroup: z.string().default(""),
      subresource: z.string().optional(),
    })
    .optional(),
  responseStatus: z.object({ code: z.number() }).optional(),
});

/** A request for an object or a collection, as the API server's audit has it. */
export interface AuditedRequest {
  /** A patch that made its object counts as `create` too, as the API server checks both. */
  readonly verbs: readonly string[];
  readonly apiGroup: string;
  /** With `/` and the subresource, if there is one. */
  readonly resource: string;
  readonly namespace: string | undefined;
  /** HTTP status; undefined for a watch that was cut off. */
  readonly status: number | undefined;
}

/** What an account asked the API server for, in the order of the answers; without discovery and the like. */
export async function auditedRequests(file: string, username: string): Promise<AuditedRequest[]> {
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
  return lines
    .map((line) => event.parse(JSON.parse(line)))
    .filter(({ user }) => user.username === username)
    .flatMap(({ verb, objectRef, responseStatus }) => {
      if (objectRef === undefined) return [];
      const { resource, subresource, apiGroup, namespace } = objectRef;
      return {
        verbs: verb === "patch" && responseStatus?.code === 201 ? ["create", "patch"] : [verb],
        apiGroup,
        resource: subresource === undefined ? resource : `${resource}/${subresource}`,
        namespace,
        status: responseStatus?.code,
      };
    });
}
