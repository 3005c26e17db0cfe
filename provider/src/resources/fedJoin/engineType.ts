/** The type under which the engine stores a FedJoin. */
export const fedJoinType = "pulumi-nodejs:dynamic/neuvector:FedJoin";

/** Constant, so that a change of code is not a change of the resource, and every operation runs the installed code. */
export const fedJoinProvider = 'exports.handler = () => require("@fedjoin/provider").lifecycle;';
