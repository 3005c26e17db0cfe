export {
  propertiesOf,
  masterJsonSchema,
  memberJsonSchema,
  shardJsonSchema,
  type JsonSchema,
} from "./config/jsonSchema";
export { stackFileSchema } from "./config/stackFileSchema";
