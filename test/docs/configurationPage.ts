import {
  propertiesOf,
  masterJsonSchema,
  memberJsonSchema,
  shardJsonSchema,
  type JsonSchema,
} from "@fedjoin/stacks/internal/reference";
import { cell } from "./cell";

/** Mappings that several keys share; each has its own section. */
type Shared = Map<string, JsonSchema>;

function rows(keys: JsonSchema, shared: Shared, prefix = ""): string[] {
  return propertiesOf(keys).flatMap(([name, key]) => {
    const path = `${prefix}${name}`;
    const isRequired = keys.required?.includes(name) === true && key.default === undefined;
    const preset = key.default === undefined ? "" : `\`${JSON.stringify(key.default)}\``;
    const columns = [`\`${path}\``, typeOf(key), preset, isRequired ? "yes" : "", cell(key.description ?? "")];
    const row = `| ${columns.join(" | ")} |`;
    const below = key.type === "array" ? itemOf(key) : key;
    if (below.title === undefined) return [row, ...rows(below, shared, key === below ? `${path}.` : `${path}[].`)];
    shared.set(below.title, below);
    return [row];
  });
}

const isText = (items: JsonSchema["items"]): boolean =>
  Array.isArray(items) ? items.every(isText) : typeof items === "object" && items.type === "string";

function typeOf(key: JsonSchema): string {
  if (key.anyOf !== undefined) return key.anyOf.map(typeOf).join(" or ");
  if (key.title !== undefined) return `[${key.title}](#${key.title.toLowerCase()})`;
  if (key.const !== undefined) return `\`${String(key.const)}\``;
  if (key.enum !== undefined) return key.enum.map((value) => `\`${String(value)}\``).join(", ");
  const { minimum, maximum } = key;
  const range = rangeOf(minimum, maximum);
  switch (key.type) {
    case "string":
      return key.writeOnly === true ? "secret text" : "text";
    case "integer":
      return `whole number${range}`;
    case "number":
      return `number${range}`;
    case "boolean":
      return "`true`, `false`";
    case "array":
      if (itemOf(key).title !== undefined) return `list of ${typeOf(itemOf(key))}`;
      return isText(key.items) ? "list of text" : "list";
    case "object":
      return isText(key.additionalProperties)
        ? `mapping of names to ${typeOf(asKeys(key.additionalProperties))}`
        : "mapping";
    default:
      throw new Error(`docs/reference/configuration.md has no word for ${JSON.stringify(key)}`);
  }
}

/** What each element of a list may be. */
const itemOf = ({ items }: JsonSchema): JsonSchema => (Array.isArray(items) ? {} : asKeys(items));

const asKeys = (given: JsonSchema | boolean | undefined): JsonSchema => (typeof given === "object" ? given : {});

function rangeOf(minimum: number | undefined, maximum: number | undefined): string {
  if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER)
    return minimum === undefined ? "" : `, ${minimum} to ${maximum}`;
  return minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? "" : `, ${minimum} or more`;
}

const tableHead = ["| key | type | default | required | meaning |", "| --- | --- | --- | --- | --- |"];

const membersFileSection = [
  "## Members from a file",
  "",
  "`fedjoin:membersFile: stores.csv` reads a list for hundreds of sites. A `.yaml` or `.yml` file is a list of members as above. A `.csv` file has one line per member, after a header line with their keys:",
  "",
  "```csv",
  "storeId,labels.region,kubernetes.context,controller.server,jointRest.server,jointRest.port",
  "u2204a,north,store-u2204a,192.168.8.209,192.168.8.209,10443",
  "2207,south,store-2207,192.168.9.17,192.168.9.17,10443",
  "```",
  "",
  "- CSV follows RFC 4180: commas, the same number of cells in each line, quotes around a whole cell. Excel's variants work too: semicolons or tabs, a first line `sep=;`, trailing empty columns, a byte order mark, and UTF-16. An empty cell means that the key is missing, and empty lines are skipped. The key decides whether a cell is text or a number, so `2207` can be a store id. Lists need a YAML file.",
  "- Every problem names its line: `membersFile[1].jointRest.port: expected a port number, 1 to 65535 (line 3)`.",
  "- `fedjoin:defaults` apply to these members too.",
  "- The file must not contain secrets. Use references per site (`passwordFrom`), or set one secret for all in `fedjoin:defaults`.",
  "- A file without members is refused, so that a truncated file cannot end a federation. With `fedjoin:members: []`, all members leave.",
  "",
];

const shardSection = [
  "Stacks that share a list each take a part of it, either by a label or by number. By label, the stack with `value: north` takes the members whose label `region` is `north`:",
  "",
  "```yaml",
  "fedjoin:membersFile: stores.csv",
  "fedjoin:shard: { label: region, value: north, values: [north, south] }",
  "```",
  "",
  "By number, `{ index: 2, count: 5 }` takes the second of five parts. A member's part is 1 plus the first 32 bits of the SHA-256 of its store id in lower case, modulo `count`, so it does not change when other members are added or removed.",
  "",
  "- Each member belongs to exactly one stack, provided that all stacks have the same `label` and `values`, or the same `count`, and each has a different `value` or `index`.",
  "- Every stack refuses a member without the label, or with a value that no stack takes, so that none is lost.",
  "- Each stack checks ownership in the whole list, and everything else only for its own members. A wrong port in the north does not stop the south.",
  "- A member whose label changes, or a changed `count`, leaves the federation in one stack and joins in another.",
  "",
];

/** `docs/reference/configuration.md`: every key of an environment. */
export function configurationPage(): string {
  const shared: Shared = new Map();
  const master = rows(masterJsonSchema(), shared);
  const member = rows(memberJsonSchema(), shared);
  return [
    "# Configuration of an environment",
    "",
    "This page is generated from the schema that validates the configuration (`npm run docs`).",
    "",
    "Each environment has one file, `Pulumi.<environment>.yaml`. Its keys are below `config:` and begin with `fedjoin:`.",
    "",
    "| key | meaning |",
    "| --- | --- |",
    "| `fedjoin:master` | [the federation's master](#master), and how members join it |",
    "| `fedjoin:defaults` | what the members have in common, with the keys of a member |",
    "| `fedjoin:members` | [the clusters](#members) of the federation |",
    "| `fedjoin:membersFile` | a file with such a list, instead of `members`: [members from a file](#members-from-a-file) |",
    "| `fedjoin:shard` | [which members of the list](#shard) this stack takes (default: all) |",
    "",
    "- **Validation**: one message lists all problems with their path, such as `members[3].jointRest.port: is required`. Nothing is changed until the whole configuration is valid. For an unknown key, the message suggests the nearest known one. No message repeats a value.",
    "- **Editors** validate and complete the file with [a schema](../../stacks/config/schema.json) if its first line is `# yaml-language-server: $schema=node_modules/@fedjoin/stacks/config/schema.json`.",
    "- **Defaults**: a member's own keys override them, at every level of nesting. Lists are replaced as a whole. If keys exclude each other, a member's key displaces the default one. `storeId` and `name` belong in each member.",
    "- **A key without a value** counts as missing.",
    "- **Secret text** is never in the file in plain text: `pulumi config set --secret --path 'fedjoin:…'` prompts for it and writes it encrypted. A key that ends in `From` takes a [reference](#reference) (exactly one of its keys) instead, so that the secret is in no file or state.",
    "- **Secrets outside the stack**: `exporter.existingSecret` names a Secret in the exporter's namespace, created by hand or by External Secrets, and maps its keys to settings of the exporter. The pod refers to them; neither the stack's own Secret nor its state contains them. When such a value changes, restart the exporter (`kubectl rollout restart`), because the stack does not see it.",
    "- **File paths** are relative to the folder of `Pulumi.yaml`. The content goes into the deployment, not the path.",
    "- **One owner**: a membership belongs to a FedJoin of this stack, to the exporter, or to nobody here (`joinedBy`). Two members with the same store id, cluster name, controller or joint address are refused, and so is the master's own address.",
    "",
    "Worked examples are in the [template](../../examples/template): [dev](../../examples/template/Pulumi.dev.yaml) with a secret in the stack, [staging](../../examples/template/Pulumi.staging.yaml) with exporters that join by themselves and no secret in the stack, [prod](../../examples/template/Pulumi.prod.yaml) with [a list of sites](../../examples/template/stores.csv).",
    "",
    "## Master",
    "",
    ...tableHead,
    ...master,
    "",
    "Use at most one of `joinToken`, `joinTokenFrom`, `joinTokenUrl` and `joinTokenUrlFrom`. Without any, `credentials` mint a token for each join. `rest` is required with `credentials` and with `joinVia: master`.",
    "",
    "## Members",
    "",
    ...tableHead,
    ...member,
    "",
    ...membersFileSection,
    "## Shard",
    "",
    ...tableHead,
    ...rows(shardJsonSchema(), shared),
    "",
    ...shardSection,
    ...sharedSections(shared),
  ].join("\n");
}

/** Those that a section itself needs follow it. */
function sharedSections(shared: Shared): string[] {
  const lines: string[] = [];
  for (const [title, keys] of shared) lines.push(`## ${title}`, "", ...tableHead, ...rows(keys, shared), "");
  return lines;
}
