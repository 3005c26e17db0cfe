import { keysIn, masterKeys, memberKeys, shardKeys, type Keys } from "@fedjoin/stacks/reference";
import { cell } from "./cell";

/** Mappings that many keys take: each has a section of its own. */
type Shared = Map<string, Keys>;

function rows(keys: Keys, shared: Shared, prefix = ""): string[] {
  return keysIn(keys).flatMap(([name, key]) => {
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

const isText = (items: Keys["items"]): boolean =>
  Array.isArray(items) ? items.every(isText) : typeof items === "object" && items.type === "string";

function typeOf(key: Keys): string {
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
const itemOf = ({ items }: Keys): Keys => (Array.isArray(items) ? {} : asKeys(items));

const asKeys = (given: Keys | boolean | undefined): Keys => (typeof given === "object" ? given : {});

function rangeOf(minimum: number | undefined, maximum: number | undefined): string {
  if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER)
    return minimum === undefined ? "" : `, ${minimum} to ${maximum}`;
  return minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? "" : `, ${minimum} or more`;
}

const tableHead = ["| key | type | default | required | meaning |", "| --- | --- | --- | --- | --- |"];

const membersFileSection = [
  "## Members from a file",
  "",
  "`fedjoin:membersFile: stacks/config/stores.csv` takes a list for hundreds of sites. A file that ends with `.yaml` or `.yml` is a list of members as above. A file that ends with `.csv` has a line for each member, below a line with their keys:",
  "",
  "```csv",
  "storeId,labels.region,kubernetes.context,controller.server,jointRest.server,jointRest.port",
  "u2204a,north,store-u2204a,192.168.8.209,192.168.8.209,10443",
  "2207,south,store-2207,192.168.9.17,192.168.9.17,10443",
  "```",
  "",
  "- CSV is read as RFC 4180 has it: commas, one number of cells in each line, quotes around all of a cell or none of it; also as Excel writes it, with semicolons or tabs, a first line `sep=;`, empty columns at the end, a byte order mark, and UTF-16. An empty cell gives nothing, and empty lines are passed over. The key says whether a cell is text or a number, so that `2207` is a store id. Lists need a YAML file.",
  "- Every problem names its line: `membersFile[1].jointRest.port: expected a port, 1 to 65535 (line 3)`.",
  "- `fedjoin:defaults` apply to these members too.",
  "- No secret may stand in the file. Refer to each site's (`passwordFrom`), or set one for all in `fedjoin:defaults`.",
  "- A file without members is refused: a file cut short must not end a federation. `fedjoin:members: []` lets all leave.",
  "",
];

const shardSection = [
  "Stacks that share a list each take a part of it. Either by a label: the stack with `value: north` takes the members whose label `region` says `north`.",
  "",
  "```yaml",
  "fedjoin:membersFile: stacks/config/stores.csv",
  "fedjoin:shard: { label: region, value: north, values: [north, south] }",
  "```",
  "",
  "Or by number: `{ index: 2, count: 5 }` takes the second of five parts. A member's part is 1 plus the first 32 bits of the SHA-256 of its store id in lower case, modulo `count`. So it stays where it is while other members come and go.",
  "",
  "- Each member falls to exactly one stack, as long as all stacks give the same `label` and `values`, or the same `count`, and each another `value` or `index`.",
  "- A member without the label, or with a value that no stack takes, is refused by every stack: none is lost.",
  "- Each stack checks of the whole list who owns what, and all else of its own members only. A wrong port in the north does not stop the south.",
  "- A member whose label changes, or a changed `count`, leaves the federation in one stack and joins in another.",
  "",
];

/** `docs/reference/configuration.md`: every key of an environment. */
export function configurationPage(): string {
  const shared: Shared = new Map();
  const master = rows(masterKeys(), shared);
  const member = rows(memberKeys(), shared);
  return [
    "# Configuration of an environment",
    "",
    "Made from the schema that checks it (`npm run docs`).",
    "",
    "One file for each environment: `stacks/config/Pulumi.<environment>.yaml`. Its keys stand below `config:`, each with `fedjoin:` before it.",
    "",
    "| key | meaning |",
    "| --- | --- |",
    "| `fedjoin:master` | [the federation's master](#master), and how its members get in |",
    "| `fedjoin:defaults` | what the members have in common, in a member's keys |",
    "| `fedjoin:members` | [the clusters](#members) of the federation |",
    "| `fedjoin:membersFile` | a file with such a list, in place of `members`: [members from a file](#members-from-a-file) |",
    "| `fedjoin:shard` | [the members of the list](#shard) that this stack takes; without it all of them |",
    "",
    "- **Checked first.** Every problem comes in one message, each with its path, such as `members[3].jointRest.port: is required`. Nothing is touched before all is right. An unknown key is refused with the nearest known one. No message repeats a value.",
    "- **Editors** check and complete the file by [stacks/config/schema.json](../../stacks/config/schema.json), if its first line is `# yaml-language-server: $schema=schema.json`.",
    "- **Defaults**: a member's own keys win, as deep as mappings go. Lists are taken whole. Of keys that exclude each other, a member's own puts the default aside. `storeId` and `name` belong in each member.",
    "- **A key without a value** counts as not given.",
    "- **Secret text** never stands in the file in the clear: `pulumi config set --secret --path 'fedjoin:…'` asks for it and writes it encrypted. Where a key ends in `From`, a [reference](#reference) (exactly one of its keys) takes its place, and the secret gets into no file and no state.",
    "- **Secrets that the stack never sees**: `exporter.existingSecret` names a Secret in the exporter's namespace, made by hand or by External Secrets, and says which of the exporter's settings are keys of it. The pod refers to them; the stack's own Secret and its state hold none. When such a value changes, restart the exporter (`kubectl rollout restart`): the stack cannot see it.",
    "- **Paths of files** start at the folder of `Pulumi.yaml`. What is read goes into the deployment, not the path.",
    "- **One owner**: a membership belongs to a FedJoin of this stack, to the exporter, or to nobody here (`joinedBy`). Two members of one store id, cluster name, controller or joint address are refused, and so is the master's own address.",
    "",
    "Worked examples: [dev](../../stacks/config/Pulumi.dev.yaml) with two owners of memberships and secrets in the stack, [staging](../../stacks/config/Pulumi.staging.yaml) with exporters that join by themselves and no secret in the stack, [prod](../../stacks/config/Pulumi.prod.yaml) with [a list of stores](../../stacks/config/stores.prod.csv).",
    "",
    "## Master",
    "",
    ...tableHead,
    ...master,
    "",
    "At most one of `joinToken`, `joinTokenFrom`, `joinTokenUrl` and `joinTokenUrlFrom`. With none, `credentials` mint a token for each join. `rest` is required beside `credentials` and with `joinVia: master`.",
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
    ...rows(shardKeys(), shared),
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
