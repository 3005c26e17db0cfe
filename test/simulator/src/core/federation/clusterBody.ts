import type { RestInfo } from "../state";

export interface ClusterBodyFields {
  readonly id: string;
  readonly name: string;
  readonly rest: RestInfo;
  readonly status?: string;
  readonly restVersion?: string;
}

/** A master as the API shows it. */
export function masterBody({ id, name, rest, status = "", restVersion = "" }: ClusterBodyFields): object {
  return {
    disabled: false,
    id,
    name,
    rest_info: rest,
    rest_version: restVersion,
    secret: "",
    status,
    user: "",
  };
}

/** A joint cluster as the API shows it; its UID and secret never leak (rest-api.md#reading-the-federation). */
export function jointBody(fields: ClusterBodyFields): object {
  return { ...masterBody(fields), k8s_uid: "", proxy_required: false };
}
