import { valueAt } from "../values/mapping";

/** Names the TLS settings of a message as those of one side: `tls.ca` becomes `master.tls.ca`. */
export function tlsSettingsOf(side: "master" | "controller", message: string): string {
  return message.replace(/(?<![\w.])tls\.(?=ca\b|fingerprint\b|serverName\b)/g, `${side}.tls.`);
}

const setting =
  /(?<![\w.])(?:master|controller)\.(?:rest|server|port|basePath|proxy|federation|tls|credentials)(?:\.[a-z]\w*)*/g;

/** Why a side cannot be read, with its own settings. */
export function unreadableReason(side: "master" | "site", message: string): string {
  return `the ${side} cannot be read: ${tlsSettingsOf(side === "master" ? side : "controller", message)}`;
}

/** Names the settings of a membership in a message by their places in the file. */
export function nameSettings(message: string, placeOf: (property: string) => string): string {
  return message.replace(setting, placeOf);
}

/** Where a person finds or would add a property of a member: at what is written nearest to it. */
export function settingPlace(
  written: { readonly own: object; readonly defaults: object; readonly common: object },
  index: number,
  property: string,
): string {
  const path = property.split(".");
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length);
    if (valueAt(written.own, part) !== undefined) return `members[${index}].${property}`;
    if (valueAt(written.defaults, part) !== undefined) return `defaults.${property}`;
    if (valueAt(written.common, part) !== undefined) return property;
  }
  return `members[${index}].${property}`;
}
