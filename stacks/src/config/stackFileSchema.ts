import {
  propertiesOf,
  mapProperties,
  masterJsonSchema,
  memberJsonSchema,
  shardJsonSchema,
  omitKeyword,
  type JsonSchema,
} from "./jsonSchema";

/**
 * The JSON Schema (draft 7) of `Pulumi.<environment>.yaml`, for editors. Rules over several keys, and required keys that
 * may be in the defaults, are left to the program's own check.
 */
export function stackFileSchema(): JsonSchema {
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

function sectionSchemas(): Readonly<Record<string, JsonSchema>> {
  const member = mapProperties(withoutRequired(memberJsonSchema()), encryptable);
  return {
    master: topLevel(
      mapProperties(masterJsonSchema(), encryptable),
      "the federation's master, and how its members get in",
    ),
    defaults: topLevel(defaultsSchema(member), "what the members have in common; a member's own keys win"),
    members: {
      description: "the clusters of the federation",
      type: "array",
      items: { ...member, required: ["storeId"] },
    },
    membersFile: { description: "a file with such a list, YAML or CSV, in place of members", type: "string" },
    shard: topLevel(shardJsonSchema(), "the members of the list that this stack takes"),
  };
}

function topLevel(keys: JsonSchema, description: string): JsonSchema {
  return { ...omitKeyword(keys, "$schema"), description };
}

/** Without required keys, which may be in the defaults. */
function withoutRequired(keys: JsonSchema): JsonSchema {
  return omitKeyword(
    omitKeyword(
      mapProperties(keys, (key) => omitKeyword(key, "required")),
      "required",
    ),
    "$schema",
  );
}

/** Without the keys that belong to a single member. */
function defaultsSchema(member: JsonSchema): JsonSchema {
  const keys = propertiesOf(member).flatMap(([name, key]): [string, JsonSchema][] => {
    if (name === "storeId" || name === "name") return [];
    return [[name, name === "clusterUid" ? { ...omitKeyword(key, "pattern"), enum: ["auto"] } : key]];
  });
  return { ...member, properties: Object.fromEntries(keys) };
}

/** A secret, or its encrypted form in the file. */
function encryptable(key: JsonSchema): JsonSchema {
  if (key.writeOnly !== true) return key;
  const { description, ...plain } = key;
  return { ...(description !== undefined && { description }), anyOf: [plain, { $ref: "#/definitions/encrypted" }] };
}
