import type { Severity } from "./severity";

/** The colours of one scheme, as `#rrggbb`. */
export interface Palette extends Readonly<Record<Severity, string>> {
  /** Behind everything. */
  readonly page: string;
  /** Behind a section, and the marks cut into a shape. */
  readonly surface: string;
  /** Behind a cluster in the picture. */
  readonly card: string;
  readonly text: string;
  readonly muted: string;
  /** Parts things from each other and says nothing itself. */
  readonly line: string;
  /** The way from the master to its members. */
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
  lost: "#b3261e",
  attention: "#8f5200",
  unknown: "#5c6878",
  settling: "#2563ab",
  good: "#0c7050",
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
  lost: "#ff8f85",
  attention: "#e8b04a",
  unknown: "#a9b5c4",
  settling: "#86b7f5",
  good: "#57c99b",
};

/** The system's own colours, where the reader has chosen all colours. Shapes and words carry the rest. */
export const forced: Palette = {
  page: "Canvas",
  surface: "Canvas",
  card: "Canvas",
  text: "CanvasText",
  muted: "CanvasText",
  line: "CanvasText",
  wire: "CanvasText",
  link: "LinkText",
  lost: "CanvasText",
  attention: "CanvasText",
  unknown: "CanvasText",
  settling: "CanvasText",
  good: "CanvasText",
};
