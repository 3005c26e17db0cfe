/** How much of each part `npm test` runs. */
export const sampleSizes = { killWorlds: 8, faults: 32, rounds: 2 } as const;
