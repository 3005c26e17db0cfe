interface Where {
  readonly stack: string;
  readonly cwd: string;
}

/** `pulumi stack` says only the second where there is no project. */
const noProject = /no Pulumi\.yaml project file found|pass the fully qualified name/;

/** What pulumi says, and what a person can do about it. */
const causes: readonly (readonly [pattern: RegExp, describe: (where: Where) => string])[] = [
  [noProject, ({ cwd }) => `there is no Pulumi.yaml in ${cwd}: name its folder with --cwd`],
  [/no stack named/, ({ stack, cwd }) => `the project in ${cwd} has no stack ${stack}: pulumi stack ls lists them`],
  [/PULUMI_ACCESS_TOKEN must be set|not logged in/, () => "pulumi is not logged in: run pulumi login"],
  [
    /passphrase must be set/,
    ({ stack }) => `stack ${stack} needs its passphrase: set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE`,
  ],
  [
    /incorrect passphrase/,
    ({ stack }) => `the passphrase is not that of stack ${stack}: correct PULUMI_CONFIG_PASSPHRASE or its _FILE`,
  ],
];

/** A failure of a pulumi command in one line, from its standard error. */
export function describeFailure(command: string, stderr: string, where: Where): string {
  const [, describe] = causes.find(([pattern]) => pattern.test(stderr)) ?? [];
  if (describe !== undefined) return describe(where);
  const [line = "no reason given"] = stderr.split("\n").flatMap((each) => /^error: (.+)/.exec(each)?.[1] ?? []);
  return `${command} failed: ${line.replace(/\p{Cc}+/gu, " ")}`;
}
