import type { WorldEvent } from "../trace/events";
import type { View } from "../trace/view";

/** Something that must hold in every run. It sees all that happens and returns what is wrong. */
export interface Oracle {
  readonly name: string;
  /** Called with each event, and with a way to look at the controllers at that moment. */
  readonly see?: (event: WorldEvent, look: () => View) => string | undefined;
  /** Called after each scheduled event. */
  readonly observe?: (view: View, nowMs: number) => string | undefined;
}

export interface Violation {
  readonly oracle: string;
  readonly text: string;
  readonly atMs: number;
}
