import type * as z from "zod";
import { tokenProblem } from "../../federation/joinToken";
import { address, federationAddress, proxyRule, restAddress } from "../../values/addressSchema";
import { joinTokenText, tokenUrlOptions, tokenUrlProblem } from "../../values/joinToken";
import { valueAt } from "../../values/mapping";
import {
  atMostOne,
  choice,
  flag,
  mapping,
  seconds,
  text,
  wholeNumber,
  withRules,
  type Rule,
} from "../../values/primitives";
import { retryPolicy } from "../../values/retry";
import { Secret } from "../../values/secret";
import { parsedSecretReference } from "../../values/secretReference";
import { secretText, toSecret } from "../../values/secretText";
import { storeId } from "../../values/storeId";
import { tls } from "../../values/tls";
import { brokenRules, checkInputs, type CheckedInputs } from "../shared/checkInputs";
import type { InputProblem } from "../shared/resourceLifecycle";
import { controller, credentials } from "../shared/controllerInputs";
import { containsUnknown, unknownValue } from "../shared/props";

const master = withRules(
  mapping({
    rest: restAddress(toSecret).optional(),
    federation: federationAddress.optional(),
    credentials: credentials.optional(),
    tls: tls.optional(),
  }),
  proxyRule("rest.proxy", ({ rest }) => rest?.proxy),
);

const shape = mapping({
  storeId,
  name: text.max(255).optional(),
  nameSuffix: choice("random", "uid").default("random"),
  clusterUid: text.optional(),
  ifAbsent: choice("join", "fail").default("join"),
  joinVia: choice("master", "controller").optional(),
  master,
  controller: controller.optional(),
  jointRest: address,
  joinToken: joinTokenText(toSecret).optional(),
  joinTokenFrom: parsedSecretReference.optional(),
  joinTokenUrl: secretText(toSecret).optional(),
  joinTokenUrlFrom: parsedSecretReference.optional(),
  joinTokenUrlOptions: tokenUrlOptions(toSecret, parsedSecretReference, tls).optional(),
  joinTokenMinutes: wholeNumber(1, 525_600).default(5),
  retry: retryPolicy.prefault({}),
  timeoutSeconds: seconds.default(600),
  forceLeave: flag.default(false),
  onMasterLost: choice("fail", "force").default("fail"),
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
  // A missing master is a problem of its own.
  const isUndecided = isMissingOrUnknown(valueAt(raw, ["master"]));
  const masterCredentials = isUndecided || has("master", "credentials");
  const masterRest = isUndecided || has("master", "rest");
  const token = tokenKeys.some((key) => has(key));
  const rules: readonly Rule<unknown>[] = [
    [
      "controller",
      'joinVia "controller" needs the controller that joins',
      () => via !== "controller" || has("controller"),
    ],
    [
      "master.rest",
      'joinVia "master" needs the address of the master\'s REST API',
      () => via !== "master" || masterRest,
    ],
    [
      "master.rest",
      "credentials at the master need the address of its REST API",
      () => via === "master" || !masterCredentials || masterRest,
    ],
    [
      "controller",
      "give controller (with credentials) or master.credentials: one side must be readable",
      () => has("controller") || masterCredentials,
    ],
    [
      "joinToken",
      "give joinToken or joinTokenUrl, or master.credentials to mint one",
      () => token || masterCredentials,
    ],
    [
      "clusterUid",
      'nameSuffix "uid" is made from clusterUid: give the UID of the namespace kube-system',
      () => valueAt(raw, ["nameSuffix"]) !== "uid" || has("clusterUid"),
    ],
    ...atMostOne(...tokenKeys),
  ];
  return [...brokenRules(rules, raw), ...tokenProblems(raw, via)];
}

function isMissingOrUnknown(value: unknown): boolean {
  return value === undefined || value === null || value === unknownValue;
}

const tokenKeys = ["joinToken", "joinTokenFrom", "joinTokenUrl", "joinTokenUrlFrom"] as const;

/** Checks the source of the join token without showing it. */
function tokenProblems(raw: unknown, via: unknown): InputProblem[] {
  const known = (...path: string[]): string | undefined => {
    const value = valueAt(raw, path);
    return typeof value === "string" && value !== "" && value !== unknownValue ? value : undefined;
  };
  const [token, url] = [known("joinToken"), known("joinTokenUrl")];
  const allowHttp = valueAt(raw, ["joinTokenUrlOptions", "allowHttp"]);
  const master = valueAt(raw, ["master"]);
  const hasAddress =
    isMissingOrUnknown(master) || containsUnknown(master) || valueAt(master, ["federation"]) !== undefined;
  const ofToken =
    token !== undefined && via === "controller" ? tokenProblem(new Secret(token), via, hasAddress) : undefined;
  const ofUrl = url === undefined ? undefined : tokenUrlProblem(url, allowHttp === true || containsUnknown(allowHttp));
  return [
    ...(ofToken === undefined ? [] : [{ property: "joinToken", reason: ofToken }]),
    ...(ofUrl === undefined ? [] : [{ property: "joinTokenUrl", reason: ofUrl }]),
  ];
}
