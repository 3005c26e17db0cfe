import { errorKinds, NeuVectorError, type ErrorKind, type Operation } from "../../errors/neuVectorError";
import type { TransportResponse } from "../ports";
import { classify } from "./classify";
import * as z from "zod";
import { parseJson } from "./response";

/** `{"code", "error", "message"}` of every response that is not a success (rest-api.md#errors). */
const errorBody = z.object({
  code: z.number().optional(),
  error: z.string().optional(),
  message: z.string().optional(),
});

/**
 * The code of an answer that is not a success. Every controller sends one, and nothing else does (rest-api.md#errors).
 */
export function controllerErrorCode({ body }: Pick<TransportResponse, "body">): number | undefined {
  return errorBody.safeParse(parseJson(body)).data?.code;
}

/**
 * The kind of an answer that is not a success. Where another server than a controller sends it, a status that would
 * stop the work says nothing about the account or the request.
 */
export function classifyResponse(reply: Pick<TransportResponse, "status" | "body">): ErrorKind {
  const code = controllerErrorCode(reply);
  const kind = classify(reply.status, code, errorMessage(reply));
  const isStranger = code === undefined && reply.body.trim() !== "" && kind !== "redirected";
  return isStranger && errorKinds[kind].reaction === "stop" ? "unexpected_reply" : kind;
}

const notAControllerHint =
  "Check address and port, and what stands in between, such as a console, a proxy or an ingress: a controller's REST API listens on 10443.";

/** The error for an answer that is not a success to `what`. */
export function responseError(reply: TransportResponse, what: string, operation: Operation): NeuVectorError {
  const { status, headers } = reply;
  const [kind, code] = [classifyResponse(reply), controllerErrorCode(reply)];
  const details = { status, code, operation, retryAfterSeconds: retryAfter(headers["retry-after"]) };
  if (kind === "redirected") {
    return new NeuVectorError(kind, `${what} answered redirect to ${hostOf(headers["location"])}`, details);
  }
  if (code !== undefined)
    return new NeuVectorError(kind, `${what} answered ${errorMessage(reply) || "an error"}`, details);
  const came = reply.body.trim() === "" ? "nothing" : describeBody(reply.body);
  return new NeuVectorError(kind, `${what} answered ${came}, which no controller sends`, {
    ...details,
    hint: notAControllerHint,
  });
}

function describeBody(body: string): string {
  if (parseJson(body) !== undefined) return "JSON without a code";
  return /<(!doctype|html|head|body|title)\b/i.test(body) ? "an HTML page" : "text that is not JSON";
}

const longestMessage = 300;

function errorMessage({ body }: Pick<TransportResponse, "body">): string {
  const { message, error } = errorBody.safeParse(parseJson(body)).data ?? {};
  return (message ?? error ?? "").replace(/[^\x20-\x7e]+/g, " ").slice(0, longestMessage);
}

function hostOf(location: string | undefined): string {
  return location !== undefined && URL.canParse(location) ? new URL(location).host : "another path";
}

function retryAfter(header: string | undefined): number | undefined {
  const seconds = Number(header);
  return header !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}
