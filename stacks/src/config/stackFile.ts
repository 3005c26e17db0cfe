import { keysIn, mapKeys, masterKeys, memberKeys, shardKeys, without, type Keys } from "./keys";

/**
 * The JSON Schema (draft 7) of a file `Pulumi.<environment>.yaml`, for editors. What keys ask of each other, and what a
 * member may take from the defaults, is left to the program's own check.
 */
export function stackFileSchema(): Keys {
  const sections = sectionSchemas();
  const names = Object.keys(sections).join("|");
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "An environment of fedjoin: Pulumi.<environment>.yaml",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: Object.fromEntries(Object.entries(sections).map(([name, keys]) => [`fedjoin:${name}`, keys])),
        propertyNames: { pattern: `^((?!fedjoin:).*|fedjoin:(${names}))$` },
      },
    },
    required: ["config"],
    definitions: {
      encrypted: {
        description: "what `pulumi config set --secret --path` writes",
        type: "object",
        properties: { secure: { type: "string" } },
        required: ["secure"],
        additionalProperties: false,
      },
    },
  };
}

function sectionSchemas(): Readonly<Record<string, Keys>> {
  const member = mapKeys(optional(memberKeys()), encryptable);
  return {
    master: topLevel(mapKeys(masterKeys(), encryptable), "the federation's master, and how its members get in"),
    defaults: topLevel(shared(member), "what the members have in common; a member's own keys win"),
    members: {
      description: "the clusters of the federation",
      type: "array",
      items: { ...member, required: ["storeId"] },
    },
    membersFile: { description: "a file with such a list, YAML or CSV, in place of members", type: "string" },
    shard: topLevel(shardKeys(), "the members of the list that this stack takes"),
  };
}

function topLevel(keys: Keys, description: string): Keys {
  return { ...without(keys, "$schema"), description };
}

/** Without what must be given: it may stand in the defaults. */
function optional(keys: Keys): Keys {
  return without(
    without(
      mapKeys(keys, (key) => without(key, "required")),
      "required",
    ),
    "$schema",
  );
}

/** Without what belongs to one member alone. */
function shared(member: Keys): Keys {
  const keys = keysIn(member).flatMap(([name, key]): [string, Keys][] => {
    if (name === "storeId" || name === "name") return [];
    return [[name, name === "clusterUid" ? { ...without(key, "pattern"), enum: ["auto"] } : key]];
  });
  return { ...member, properties: Object.fromEntries(keys) };
}

/** A secret, or what stands for it in the file. */
function encryptable(key: Keys): Keys {
  if (key.writeOnly !== true) return key;
  const { description, ...plain } = key;
  return { ...(description !== undefined && { description }), anyOf: [plain, { $ref: "#/definitions/encrypted" }] };
}
