import { z } from "zod";
import { storeIdPattern } from "../../federation/clusterName";
import { tokenProblem } from "../../federation/joinToken";
import { unverifiedProxyProblem } from "../../values/proxy";
import {
  address,
  credentials,
  exclusionMessage,
  federationAddress,
  proxy,
  restAddress,
  joinTokenText,
  secretText,
  tls,
  tokenUrlProblem,
} from "../../values/schemas";
import { Secret } from "../../values/secret";
import { secretReference } from "../../values/secretReference";
import { checkInputs, type CheckedInputs, type InputProblem } from "../shared/checkInputs";
import { containsUnknown, unknownValue, valueAt } from "../shared/props";

const seconds = z.number("expected seconds").positive("expected more than 0");

const retry = z.strictObject({
  maxRetries: z.int().min(0).max(1000).default(10),
  initialDelaySeconds: seconds.default(10),
  maxDelaySeconds: seconds.default(300),
  jitter: z.enum(["none", "equal", "full"]).default("none"),
});

const master = z.strictObject({
  rest: restAddress.optional(),
  federation: federationAddress.optional(),
  credentials: credentials.optional(),
  tls: tls.optional(),
});

const shape = z.strictObject({
  storeId: z
    .string("expected a string; quote a numeric store id")
    .regex(storeIdPattern, "expected letters, digits and inner hyphens, at most 52"),
  name: z.string().min(1).max(255).optional(),
  nameSuffix: z.enum(["random", "uid"]).default("random"),
  clusterUid: z.string().min(1, "must not be empty").optional(),
  ifAbsent: z.enum(["join", "fail"]).default("join"),
  joinVia: z.enum(["master", "controller"]).optional(),
  master,
  controller: restAddress.extend({ credentials, tls: tls.optional() }).optional(),
  jointRest: address,
  joinToken: joinTokenText.optional(),
  joinTokenFrom: secretReference.optional(),
  joinTokenUrl: secretText.optional(),
  joinTokenUrlFrom: secretReference.optional(),
  joinTokenUrlOptions: z
    .strictObject({
      allowHttp: z.boolean().default(false),
      bearer: secretText.optional(),
      bearerFrom: secretReference.optional(),
      tls: tls.optional(),
      proxy: proxy.optional(),
    })
    .optional(),
  joinTokenMinutes: z.int().min(1).max(525_600).default(5),
  retry: retry.prefault({}),
  timeoutSeconds: seconds.default(600),
  forceLeave: z.boolean().default(false),
  onMasterLost: z.enum(["fail", "force"]).default("fail"),
});

/** The inputs of a FedJoin, checked and with defaults. Secrets are wrapped. */
export type FedJoinInputs = z.output<typeof shape>;

/** Reads the inputs from a stored state. It may be of an older version: a missing input gets its default. */
export const storedInputs = shape.loose();

/** Reads a master from a stored state. */
export const storedMaster = master.loose();

/** Checks the inputs and adds defaults, or returns every problem. A value unknown during a preview is not a problem. */
export function parseFedJoinInputs(raw: unknown): CheckedInputs<FedJoinInputs> {
  return checkInputs(shape, raw, combinationProblems);
}

/** Finds problems of several inputs together. */
function combinationProblems(raw: unknown): InputProblem[] {
  const has = (...path: string[]): boolean => valueAt(raw, path) !== undefined;
  const via = valueAt(raw, ["joinVia"]) ?? (has("controller") ? "controller" : "master");
  const masterCredentials = has("master", "credentials") || valueAt(raw, ["master"]) === unknownValue;
  const masterRest = has("master", "rest") || valueAt(raw, ["master"]) === unknownValue;
  const token = has("joinToken") || has("joinTokenFrom");
  const url = has("joinTokenUrl") || has("joinTokenUrlFrom");
  const rules: [boolean, string, string][] = [
    [via === "controller" && !has("controller"), "controller", 'joinVia "controller" needs the controller that joins'],
    [via === "master" && !masterRest, "master.rest", 'joinVia "master" needs the address of the master\'s REST API'],
    [
      via !== "master" && masterCredentials && !masterRest,
      "master.rest",
      "credentials at the master need the address of its REST API",
    ],
    [
      !has("controller") && !masterCredentials,
      "controller",
      "give controller (with credentials) or master.credentials: one side must be readable",
    ],
    [
      !token && !url && !masterCredentials,
      "joinToken",
      "give joinToken or joinTokenUrl, or master.credentials to mint one",
    ],
    [
      valueAt(raw, ["nameSuffix"]) === "uid" && !has("clusterUid"),
      "clusterUid",
      'nameSuffix "uid" is made from clusterUid: give the UID of the namespace kube-system',
    ],
    [token && url, "joinTokenUrl", "give joinToken or joinTokenUrl, not both"],
    [has("joinToken") && has("joinTokenFrom"), "joinTokenFrom", exclusionMessage("joinToken")],
    [has("joinTokenUrl") && has("joinTokenUrlFrom"), "joinTokenUrlFrom", exclusionMessage("joinTokenUrl")],
    [
      has("joinTokenUrlOptions", "bearer") && has("joinTokenUrlOptions", "bearerFrom"),
      "joinTokenUrlOptions.bearerFrom",
      exclusionMessage("bearer"),
    ],
  ];
  const proxied = [
    [["controller"], ["controller"]],
    [["master", "rest"], ["master"]],
    [["joinTokenUrlOptions"], ["joinTokenUrlOptions"]],
  ] as const;
  for (const [place, party] of proxied) {
    const isUnverified = valueAt(raw, [...party, "tls", "verify"]) === false;
    rules.push([has(...place, "proxy") && isUnverified, [...place, "proxy"].join("."), unverifiedProxyProblem]);
  }
  const broken = rules.filter(([isBroken]) => isBroken).map(([, property, reason]) => ({ property, reason }));
  return [...broken, ...tokenProblems(raw, via)];
}

/** Checks the source of the join token without showing it. */
function tokenProblems(raw: unknown, via: unknown): InputProblem[] {
  const known = (...path: string[]): string | undefined => {
    const value = valueAt(raw, path);
    return typeof value === "string" && value !== "" && value !== unknownValue ? value : undefined;
  };
  const [token, url] = [known("joinToken"), known("joinTokenUrl")];
  const allowHttp = valueAt(raw, ["joinTokenUrlOptions", "allowHttp"]);
  const hasAddress = containsUnknown(valueAt(raw, ["master"])) || valueAt(raw, ["master", "federation"]) !== undefined;
  const ofToken =
    token !== undefined && via === "controller" ? tokenProblem(new Secret(token), via, hasAddress) : undefined;
  const ofUrl = url === undefined ? undefined : tokenUrlProblem(url, allowHttp === true || containsUnknown(allowHttp));
  return [
    ...(ofToken === undefined ? [] : [{ property: "joinToken", reason: ofToken }]),
    ...(ofUrl === undefined ? [] : [{ property: "joinTokenUrl", reason: ofUrl }]),
  ];
}
