export { keysIn, masterKeys, memberKeys, type Keys } from "./config/keys";
export { stackFileSchema } from "./config/stackFile";
