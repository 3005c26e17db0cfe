import type { Collector } from "./collector";
import { federation } from "./federation";
import { summary } from "./summary";

/** Every collector there is. */
export const collectors: readonly Collector[] = [summary, federation];
