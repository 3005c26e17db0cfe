import type { ObservedMembership } from "../../federation/membership";
import { asSecret } from "../../pulumi/secretEnvelope";
import { fedJoinProvider, fedJoinType } from "../../resources/fedJoin/engineType";
import { joinedOutputs, toStored } from "../../resources/fedJoin/state";
import type { ResourceProps } from "../../resources/shared/props";
import { fedJoinSecrets, type SecretKeys } from "../../resources/shared/secretKeys";
import { isMapping } from "../../values/mapping";

/** A FedJoin of a program, and the membership that it adopts. */
export interface AdoptedMembership {
  /** The name of the resource; in a stack, the store id. */
  readonly resource: string;
  /** The inputs as the program gives them. */
  readonly inputs: ResourceProps;
  readonly member: ObservedMembership;
}

/**
 * The file for `pulumi import --file`. With `outputs`, the engine asks no provider for the resource, and stores what a
 * create that adopts the membership would have stored. It names no stack, and each stack can import it.
 */
export function importFileOf(memberships: readonly AdoptedMembership[], now: number): string {
  return `${JSON.stringify({ resources: memberships.map((each) => importedResource(each, now)) }, undefined, 1)}\n`;
}

function importedResource({ resource, inputs, member }: AdoptedMembership, now: number): object {
  const sealed = sealSecrets(inputs, fedJoinSecrets);
  const outputs = toStored(sealed, joinedOutputs(member, now, undefined, undefined));
  return {
    type: fedJoinType,
    name: resource,
    id: member.name,
    inputs: { ...sealed, __provider: fedJoinProvider },
    outputs: { ...outputs, __provider: fedJoinProvider },
  };
}

/** Marks the secret inputs as the resource class does, and so as secrets in the state. */
function sealSecrets(props: ResourceProps, keys: SecretKeys): ResourceProps {
  const entries = Object.entries(props).map(([key, value]): [string, unknown] => {
    const secret = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (secret === true) return [key, asSecret(value)];
    return [key, secret !== undefined && isMapping(value) ? sealSecrets(value, secret) : value];
  });
  return Object.fromEntries(entries);
}
