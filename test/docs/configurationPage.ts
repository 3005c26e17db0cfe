import { keysIn, masterKeys, memberKeys, type Keys } from "@fedjoin/stacks/reference";
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
    if (key.title === undefined) return [row, ...rows(key, shared, `${path}.`)];
    shared.set(key.title, key);
    return [row];
  });
}

function typeOf(key: Keys): string {
  if (key.title !== undefined) return `[${key.title}](#${key.title.toLowerCase()})`;
  if (key.enum !== undefined) return key.enum.map((value) => `\`${String(value)}\``).join(", ");
  const { minimum, maximum } = key;
  const range = minimum === undefined || maximum === undefined ? "" : `, ${minimum} to ${maximum}`;
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
      return "list of text";
    case "object":
      return typeof key.additionalProperties === "object" ? "mapping of names to text" : "mapping";
    default:
      throw new Error(`docs/configuration.md has no word for ${JSON.stringify(key)}`);
  }
}

const tableHead = ["| key | type | default | required | meaning |", "| --- | --- | --- | --- | --- |"];

/** `docs/configuration.md`: every key of an environment. */
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
    "",
    "- **Checked first.** Every problem comes in one message, each with its path, such as `members[3].jointRest.port: is required`. Nothing is touched before all is right. An unknown key is refused with the nearest known one. No message repeats a value.",
    "- **Editors** check and complete the file by [stacks/config/schema.json](../stacks/config/schema.json), if its first line is `# yaml-language-server: $schema=schema.json`.",
    "- **Defaults**: a member's own keys win, as deep as mappings go. Lists are taken whole. Of keys that exclude each other, a member's own puts the default aside. `storeId` and `name` belong into each member.",
    "- **A key without a value** counts as not given.",
    "- **Secret text** never stands in the file in the clear: `pulumi config set --secret --path 'fedjoin:…'` asks for it and writes it encrypted. Where a key ends in `From`, a [reference](#reference) (exactly one of its keys) takes its place, and the secret gets into no file and no state.",
    "- **Paths of files** start at the folder of `Pulumi.yaml`. What is read goes into the deployment, not the path.",
    "- **One owner**: a membership belongs to a FedJoin of this stack, to the exporter, or to nobody here (`joinedBy`). Two members of one store id, cluster name, controller or joint address are refused.",
    "",
    "Worked examples: [dev](../stacks/config/Pulumi.dev.yaml).",
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
    ...[...shared].flatMap(([title, keys]) => [`## ${title}`, "", ...tableHead, ...rows(keys, shared), ""]),
  ].join("\n");
}
