/** Outputs that the engine has to keep secret: they are not inputs, so it cannot know by itself. */
export const secretOutputs = ["previousMasters", "refusedCredentials"] as const;
