export { keysIn, masterKeys, memberKeys, shardKeys, type Keys } from "./config/keys";
export { stackFileSchema } from "./config/stackFile";
