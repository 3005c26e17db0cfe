import {
  formatPath,
  flag,
  mapping,
  omitNullish,
  parseYaml,
  pinRule,
  unknownKeyMessage,
  variableName,
  verification,
  withRules,
} from "@fedjoin/provider/internal/values";
import * as z from "zod";
import { address, basePath, duration, mustBe, proxy } from "../values/textSchemas";

/** A problem such as `modules.site.groups[1]: must be …`. Never contains a value. */
export type FileProblem = string;

/** The parsed file with its names and references unresolved. */
export type TargetsFile = z.output<ReturnType<typeof fileSchema>>;

export type ModuleEntry = TargetsFile["modules"][string];
export type TlsEntry = NonNullable<ModuleEntry["tls"]>;

/** A name that is safe in a query: never an address or `member:…`. */
const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, "must be a name: letters, digits, _ . - and at most 64 characters");
const path = z.string().min(1, "must be the path of a file");
const moduleNames = z.union([nameSchema.transform((name) => [name]), z.array(nameSchema).min(1)], {
  error: "must be the name of a module, or a list of such names",
});
const seconds = z.union([z.number().transform(String), z.string()]).pipe(duration());
const rosterEntry = z.string().trim().min(1, "must be the id or the name of a member").max(256);

const tlsSchema = withRules(
  mapping({
    ca_file: path.exactOptional(),
    server_name: verification.serverName,
    fingerprint: verification.fingerprint,
    verify: flag.default(true),
  }),
  pinRule,
);

const credentialKeys = ["password_file", "password_env", "apikey_file", "apikey_env"] as const;

function moduleSchema(groups: readonly string[]) {
  const group = z.enum(groups, { error: `must be one of ${groups.join(", ")}` });
  return z
    .strictObject({
      username: z.string().min(1).optional(),
      password_file: path.optional(),
      password_env: variableName.optional(),
      apikey_file: path.optional(),
      apikey_env: variableName.optional(),
      tls: tlsSchema.optional(),
      groups: z.array(group).min(1).optional(),
      intervals: z.partialRecord(group, seconds).optional(),
    })
    .refine((entry) => credentialKeys.filter((key) => entry[key] !== undefined).length <= 1, {
      error: `${credentialKeys.join(", ")} exclude each other`,
    })
    .refine(({ username, apikey_file, apikey_env }) => username === undefined || !(apikey_file ?? apikey_env), {
      error: "username goes with a password, not with an API key",
    });
}

function fileSchema(groups: readonly string[]) {
  return z.strictObject({
    default_module: nameSchema.optional(),
    modules: z.record(nameSchema, moduleSchema(groups)).default({}),
    targets: z
      .record(
        nameSchema,
        z
          .strictObject({
            address: address(10443, { basePath: "base_path" }),
            base_path: basePath().optional(),
            proxy: proxy()
              .refine((given) => !given.reveal().includes("@"), "must hold no credentials: use proxy_file")
              .optional(),
            proxy_file: path.optional(),
            module: moduleNames.optional(),
            tls: tlsSchema.optional(),
          })
          .refine(({ proxy: given, proxy_file }) => given === undefined || proxy_file === undefined, {
            error: "proxy and proxy_file exclude each other",
          }),
      )
      .default({}),
    federation: z
      .strictObject({
        via: nameSchema.optional(),
        module: moduleNames.optional(),
        members: z.array(rosterEntry).optional(),
        members_file: path.optional(),
      })
      .refine(({ members, members_file }) => members === undefined || members_file === undefined, {
        error: "members and members_file exclude each other",
      })
      .default({}),
  });
}

/** Parses the configuration file, or gives all its problems. `groups` are the names of all collectors. */
export function parseTargetsFile(
  text: string,
  groups: readonly string[],
): { readonly file: TargetsFile } | { readonly problems: readonly FileProblem[] } {
  const yaml = parseYaml(text);
  if ("problem" in yaml) return { problems: [`it ${yaml.problem}`] };
  const schema = fileSchema(groups);
  const parsed = schema.safeParse(omitNullish(yaml.value ?? {}), { error: messageOf });
  if (parsed.success) return { file: parsed.data };
  return {
    problems: parsed.error.issues.flatMap((issue) => {
      if (issue.code === "unrecognized_keys") {
        return issue.keys.map((key) => at([...issue.path, key], unknownKeyMessage(key, schema, issue.path)));
      }
      const [cause = issue] = issue.code === "invalid_key" ? issue.issues : [];
      return [at(issue.path, mustBe(cause.message))];
    }),
  };
}

const words: Readonly<Record<string, string>> = {
  object: "a mapping",
  record: "a mapping",
  array: "a list",
  string: "text",
  number: "a number",
  boolean: "true or false",
};

function messageOf(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_type") {
    return issue.input === undefined ? "is required" : `must be ${words[issue.expected] ?? issue.expected}`;
  }
  if (issue.code === "too_small") return "must not be empty";
  if (issue.code === "too_big") return "is too long";
  return undefined;
}

/** `federation.members[2]: must be …` */
export function at(where: readonly PropertyKey[], message: string): FileProblem {
  const text = formatPath(where);
  return text === "" ? message : `${text}: ${message}`;
}
