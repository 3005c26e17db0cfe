import { resolve } from "node:path";
import * as z from "zod";
import { closestMatch } from "../values/unknownKeys";
import { parseYaml } from "../values/yaml";

/** How to reach an API server. */
export interface KubeCluster {
  readonly server: string;
  readonly ca?: FileOrData | undefined;
  readonly serverName?: string | undefined;
  readonly verify: boolean;
  readonly isProxied: boolean;
}

/** Content that stands in the kubeconfig, or in a file that it names. */
export type FileOrData = { readonly data: string } | { readonly file: string };

/** Who asks. `other` is anything but certificates and tokens, such as a command that logs in. */
export interface KubeUser {
  readonly certificate?: FileOrData | undefined;
  readonly key?: FileOrData | undefined;
  readonly token?: FileOrData | undefined;
  readonly usesOtherAuth: boolean;
}

/** One kubeconfig, or several that are merged. */
export interface Kubeconfig {
  readonly contexts: ReadonlyMap<string, { readonly cluster: string; readonly user: string }>;
  readonly clusters: ReadonlyMap<string, KubeCluster>;
  readonly users: ReadonlyMap<string, KubeUser>;
  readonly currentContext: string | undefined;
}

const text = z.string().default("");
const nullToUndefined = <T>(value: T | null): T | undefined => value ?? undefined;
const optional = z.string().nullish().transform(nullToUndefined);

const kubeconfigSchema = z.looseObject({
  "current-context": text,
  contexts: z
    .array(z.looseObject({ name: z.string(), context: z.looseObject({ cluster: text, user: text }) }))
    .nullish()
    .transform(nullToUndefined),
  clusters: z
    .array(
      z.looseObject({
        name: z.string(),
        cluster: z.looseObject({
          server: text,
          "certificate-authority": optional,
          "certificate-authority-data": optional,
          "tls-server-name": optional,
          "insecure-skip-tls-verify": z.boolean().nullish().transform(nullToUndefined),
          "proxy-url": optional,
        }),
      }),
    )
    .nullish()
    .transform(nullToUndefined),
  users: z
    .array(
      z.looseObject({
        name: z.string(),
        user: z
          .looseObject({
            "client-certificate": optional,
            "client-certificate-data": optional,
            "client-key": optional,
            "client-key-data": optional,
            token: optional,
            tokenFile: optional,
          })
          .nullish()
          .transform(nullToUndefined),
      }),
    )
    .nullish()
    .transform(nullToUndefined),
});

/**
 * `undefined` for a text that is not a kubeconfig.
 * @param folder Where the relative paths in it start.
 */
export function parseKubeconfig(content: string, folder = "."): Kubeconfig | undefined {
  const yaml = parseYaml(content);
  const { data } = kubeconfigSchema.safeParse("problem" in yaml ? undefined : (yaml.value ?? {}));
  if (data === undefined) return undefined;
  const { contexts = [], clusters = [], users = [] } = data;
  const pathOf = (file: string | undefined) => file && resolve(folder, file);
  return {
    contexts: new Map(contexts.map(({ name, context: { cluster, user } }) => [name, { cluster, user }])),
    clusters: new Map(clusters.map(({ name, cluster }) => [name, clusterOf(cluster, pathOf)])),
    users: new Map(users.map(({ name, user }) => [name, userOf(user ?? {}, pathOf)])),
    currentContext: data["current-context"] === "" ? undefined : data["current-context"],
  };
}

type WrittenCluster = NonNullable<z.output<typeof kubeconfigSchema>["clusters"]>[number]["cluster"];
type PathOf = (file: string | undefined) => string | undefined;

function clusterOf(cluster: WrittenCluster, pathOf: PathOf): KubeCluster {
  const data = decodeBase64(cluster["certificate-authority-data"]);
  return {
    server: cluster.server,
    ca: fileOrData(pathOf(cluster["certificate-authority"]), data),
    serverName: cluster["tls-server-name"],
    verify: cluster["insecure-skip-tls-verify"] !== true,
    isProxied: cluster["proxy-url"] !== undefined,
  };
}

function userOf(user: Readonly<Record<string, unknown>>, pathOf: PathOf): KubeUser {
  const textAt = (key: string) => (typeof user[key] === "string" ? user[key] : undefined);
  const held = (name: string) => fileOrData(pathOf(textAt(name)), decodeBase64(textAt(`${name}-data`)));
  const [certificate, key] = [held("client-certificate"), held("client-key")];
  const token = fileOrData(pathOf(textAt("tokenFile")), textAt("token"));
  const isKnown = (certificate ?? token) !== undefined;
  return { certificate, key, token, usesOtherAuth: !isKnown && Object.keys(user).length > 0 };
}

const decodeBase64 = (data: string | undefined) => data && Buffer.from(data, "base64").toString("utf8");

function fileOrData(file: string | undefined, data: string | undefined): FileOrData | undefined {
  if (data) return { data };
  return file ? { file } : undefined;
}

/** As kubectl merges the files of KUBECONFIG: of each name the first one counts. */
export function mergeKubeconfigs(configs: readonly Kubeconfig[]): Kubeconfig {
  const firstOf = <T>(of: (config: Kubeconfig) => ReadonlyMap<string, T>) =>
    new Map(configs.toReversed().flatMap((config) => [...of(config)]));
  return {
    contexts: firstOf(({ contexts }) => contexts),
    clusters: firstOf(({ clusters }) => clusters),
    users: firstOf(({ users }) => users),
    currentContext: configs.find(({ currentContext }) => currentContext !== undefined)?.currentContext,
  };
}

/** The cluster and the account that a context names, the current one where none is given. */
export function resolveContext(config: Kubeconfig, context = config.currentContext) {
  const found = context === undefined ? undefined : config.contexts.get(context);
  const cluster = found && config.clusters.get(found.cluster);
  return cluster && { cluster, user: config.users.get(found.user) };
}

/** Why no cluster can be reached by this context of `where`; `undefined` where one can. */
export function contextProblem(config: Kubeconfig, context: string | undefined, where: string): string | undefined {
  const names = [...config.contexts.keys()];
  const wanted = context ?? config.currentContext;
  if (wanted === undefined) return `is required: ${where} has no current context.${listContexts(names)}`;
  if (!config.contexts.has(wanted)) {
    return context === undefined
      ? `is required: the current context of ${where} is not in it.${listContexts(names)}`
      : `${where} has no context of this name${suggestContext(wanted, names)}`;
  }
  const server = resolveContext(config, wanted)?.cluster.server ?? "";
  return server === "" ? `this context of ${where} names a cluster that has no server there` : undefined;
}

function suggestContext(wanted: string, names: readonly string[]): string {
  const near = closestMatch(wanted, names);
  if (near === undefined) return "; it has none";
  return names.length === 1 ? `; its only context is ${near}` : `; did you mean ${near}?${listContexts(names)}`;
}

const mostNames = 10;

function listContexts(names: readonly string[]): string {
  if (names.length === 0) return "";
  const rest = names.length > mostNames ? `, and ${names.length - mostNames} more` : "";
  return ` It has ${names.slice(0, mostNames).join(", ")}${rest}`;
}
