/** The secret inputs of a resource: `true` for a secret, a mapping for an input that contains some. */
export interface SecretKeys {
  readonly [key: string]: true | SecretKeys;
}

const credentials = { password: true, apiKey: true } as const satisfies SecretKeys;

export const fedJoinSecrets = {
  master: { rest: { proxy: true }, credentials },
  controller: { proxy: true, credentials },
  joinToken: true,
  joinTokenUrl: true,
  joinTokenUrlOptions: { bearer: true, proxy: true },
} as const satisfies SecretKeys;

export const userSecrets = {
  controller: { proxy: true, credentials },
  password: true,
} as const satisfies SecretKeys;

/** The path of each secret input. */
export function secretPaths(keys: SecretKeys): string[][] {
  return Object.entries(keys).flatMap(([key, inner]) =>
    inner === true ? [[key]] : secretPaths(inner).map((path) => [key, ...path]),
  );
}
