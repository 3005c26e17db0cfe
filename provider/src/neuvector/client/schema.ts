import * as z from "zod";

/** Text that may be missing or null. */
export const nullableText = z.union([z.string(), z.null().transform(() => "")]).default("");

/** A list; Go encodes one that never had an element as null (rest-api.md#responses). */
export const listOf = <T extends z.ZodType>(item: T) => z.preprocess((given) => given ?? [], z.array(item));

// Fields that not every version sends: missing, null or of another type, they count as absent.
export const optionalNumber = z.number().optional().catch(undefined);
export const optionalFlag = z.boolean().optional().catch(undefined);
export const optionalText = z.string().catch("");
export const optionalTexts = z.array(z.string()).catch([]);

/** The length of a list that may be missing or null. */
export const listLength = z
  .array(z.unknown())
  .nullish()
  .transform((list) => list?.length ?? 0);

/** How many vulnerabilities a scan found. `status` is empty before the first scan (rest-api.md#endpoints-for-metrics). */
export const vulnerabilityCounts = {
  /** Separate from `high` since 5.4.0; absent before. */
  critical: optionalNumber,
  high: z.number().default(0),
  medium: z.number().default(0),
  status: z.string().optional().catch(undefined),
};

export const scan = z.object(vulnerabilityCounts);

export type Scan = z.infer<typeof scan>;
