/** How large a cluster is. */
export interface Size {
  readonly enforcers: number;
  readonly controllers: number;
  readonly workloads: number;
  readonly registries: number;
  readonly imagesPerRegistry: number;
  readonly conversations: number;
  /** Entries of each log; the controller keeps 4096 (rest-api.md#logs). */
  readonly logEntries: number;
}

export const sizes = {
  XS: {
    enforcers: 1,
    controllers: 1,
    workloads: 10,
    registries: 0,
    imagesPerRegistry: 0,
    conversations: 20,
    logEntries: 10,
  },
  S: {
    enforcers: 3,
    controllers: 1,
    workloads: 50,
    registries: 2,
    imagesPerRegistry: 10,
    conversations: 200,
    logEntries: 50,
  },
  M: {
    enforcers: 50,
    controllers: 3,
    workloads: 1000,
    registries: 20,
    imagesPerRegistry: 100,
    conversations: 4000,
    logEntries: 1024,
  },
  L: {
    enforcers: 300,
    controllers: 5,
    workloads: 5000,
    registries: 100,
    imagesPerRegistry: 200,
    conversations: 20_000,
    logEntries: 4096,
  },
} satisfies Readonly<Record<string, Size>>;

export type SizeName = keyof typeof sizes;

export const sizeNames = ["XS", "S", "M", "L"] as const satisfies readonly SizeName[];

/** @throws {Error} that says which sizes there are */
export function parseSizeName(text: string | undefined): SizeName {
  const found = sizeNames.find((name) => name === text);
  if (found === undefined) throw new Error(`--size must be ${sizeNames.join(", ")}, not "${text ?? ""}"`);
  return found;
}
