import { errorKinds, NeuVectorError, parseJson, type ErrorKind } from "@fedjoin/provider";
import { z } from "zod";
import type { StateFiles } from "../state/stateFiles";
import type { LoginHold } from "./loginHold";

/** Where holds outlive the process, so that a restart does not try a refused password again. */
export interface HoldStore {
  load(key: string): LoginHold | undefined;
  /** Forgets the hold of `key` when `hold` is undefined. */
  save(key: string, hold: LoginHold | undefined): void;
}

/** Holds that end with the process. */
export const forgetfulHolds: HoldStore = { load: () => undefined, save: () => undefined };

const stored = z.object({
  untilMs: z.number().nullable(),
  refusals: z.number(),
  reload: z.enum(["asked", "tried"]).optional(),
  kind: z.enum(Object.keys(errorKinds) as [ErrorKind, ...ErrorKind[]]),
  summary: z.string(),
});

/** Holds kept as small files, each read once. A file that cannot be read or is not ours counts as none. */
export function fileHolds(files: StateFiles): HoldStore {
  const nameOf = (key: string): string => `fedjoin-login-hold-${key}.json`;
  const known = new Map<string, LoginHold | undefined>();
  const read = (key: string): LoginHold | undefined => {
    const parsed = stored.safeParse(parseJson(files.read(nameOf(key)) ?? ""));
    if (!parsed.success) return undefined;
    const { untilMs, kind, summary, ...more } = parsed.data;
    return { ...more, untilMs: untilMs ?? Infinity, verdict: new NeuVectorError(kind, summary) };
  };
  return {
    load(key) {
      if (!known.has(key)) known.set(key, read(key));
      return known.get(key);
    },
    save(key, hold) {
      known.set(key, hold);
      if (hold === undefined) {
        files.remove(nameOf(key));
        return;
      }
      const { untilMs, verdict, ...more } = hold;
      const { kind, summary } = verdict;
      files.write(
        nameOf(key),
        JSON.stringify({ ...more, untilMs: Number.isFinite(untilMs) ? untilMs : null, kind, summary }),
      );
    },
  };
}
