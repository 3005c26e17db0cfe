import type { Severity } from "./severity";

/** The colours of a scheme, as `#rrggbb`. */
export interface Palette extends Readonly<Record<Severity, string>> {
  /** The background of the page. */
  readonly page: string;
  /** The background of a section, and the cut-outs of icons. */
  readonly surface: string;
  /** The background of a cluster in the diagram. */
  readonly card: string;
  readonly text: string;
  readonly muted: string;
  /** Decorative borders. */
  readonly line: string;
  /** The lines from the master to its members. */
  readonly wire: string;
  readonly link: string;
}

export const light: Palette = {
  page: "#f3f5f8",
  surface: "#ffffff",
  card: "#f7f9fb",
  text: "#17202c",
  muted: "#566274",
  line: "#dde3ea",
  wire: "#8492a4",
  link: "#0b5cad",
  critical: "#b3261e",
  warning: "#8f5200",
  unknown: "#5c6878",
  pending: "#2563ab",
  ok: "#0c7050",
};

export const dark: Palette = {
  page: "#0e131a",
  surface: "#161d27",
  card: "#1d2632",
  text: "#e7ecf3",
  muted: "#a0adbd",
  line: "#2c3847",
  wire: "#6c7b8f",
  link: "#86bdff",
  critical: "#ff8f85",
  warning: "#e8b04a",
  unknown: "#a9b5c4",
  pending: "#86b7f5",
  ok: "#57c99b",
};

/** System colours for forced-colors mode; shapes and words carry the meaning. */
export const forced: Palette = {
  page: "Canvas",
  surface: "Canvas",
  card: "Canvas",
  text: "CanvasText",
  muted: "CanvasText",
  line: "CanvasText",
  wire: "CanvasText",
  link: "LinkText",
  critical: "CanvasText",
  warning: "CanvasText",
  unknown: "CanvasText",
  pending: "CanvasText",
  ok: "CanvasText",
};
