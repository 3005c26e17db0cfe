/** Every `fed_kv_version` the product had, oldest first (rest-api.md#version-compatibility). */
const known = ["28ea479c", "G7B5S135", "94444768", "BB38FD65"];

/** 0 = both sides fit; 101 = the master is too old; 102 = the joint cluster is too old (rest-api.md#status-values). */
export function compareVersions(master: string, joint: string): 0 | 101 | 102 {
  if (master === joint) return 0;
  const isOlder = joint === "" || (known.includes(joint) && known.indexOf(joint) < known.indexOf(master));
  return isOlder ? 102 : 101;
}
