/** How much of each part `npm test` runs. */
export const sampleSizes = { killWorlds: 8, faults: 32 } as const;
