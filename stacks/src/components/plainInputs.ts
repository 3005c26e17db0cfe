import { isMapping } from "@fedjoin/provider/internal/values";
import { runError } from "./runError";
import { isDeferred } from "./inputs";

/** Arguments that decide which objects exist, or their shape, so they must be known when the program runs. */
const plainPaths = [
  ["imagePullPolicy"],
  ["imagePullSecrets"],
  ["port"],
  ["timeoutSeconds"],
  ["userId"],
  ["env"],
  ["objectLabels"],
  ["join"],
  ["join", "joinVia"],
  ["join", "mode"],
  ["push"],
  ["push", "attributes"],
  ["web"],
  ["web", "scheme"],
  ["targets"],
  ["targets", "files"],
  ["existingSecret"],
  ["existingSecret", "holds"],
  ["persistentState"],
  ["podDisruptionBudget"],
  ["networkPolicy"],
  ["networkPolicy", "scrapers"],
  ["networkPolicy", "more"],
  ["monitoring"],
  ["monitoring", "scrape"],
  ["monitoring", "alerts"],
  ["monitoring", "dashboard"],
  ["monitoring", "labels"],
  ["monitoring", "apiVersions"],
];

/**
 * The arguments without `null`, also inside those that must be plain.
 * @throws RunError if one that must be plain is an Output or a Promise.
 */
export function requirePlainInputs<Args extends object>(args: Args): Args {
  for (const path of plainPaths) {
    if (!isDeferred(valueAt(args, path))) continue;
    throw runError(
      `${path.join(".")} decides which objects the exporter has: expected a plain value, not an Output or a Promise. ` +
        "Values inside may be Outputs where the type says so.",
    );
  }
  const entries = Object.entries(withoutNulls(args));
  const plain = entries.map(([key, value]) => [
    key,
    plainKeys.has(key) && isPlainMapping(value) ? withoutNulls(value) : value,
  ]);
  return Object.fromEntries(plain) as Args;
}

const plainKeys = new Set(plainPaths.map(([key]) => key));

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isPlainMapping(inner) ? inner[key] : undefined), value);
}

function withoutNulls(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined));
}

function isPlainMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return isMapping(value) && !isDeferred(value);
}
