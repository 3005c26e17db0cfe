import type { ObservedMembership } from "../../federation/membership";
import { asSecret } from "../../pulumi/secretEnvelope";
import { fedJoinProvider, fedJoinType } from "../../resources/fedJoin/engineType";
import { joinedOutputs, toStored } from "../../resources/fedJoin/state";
import { urnKey } from "../../resources/shared/ownershipRegistry";
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

/** The stack that is to import the file. Any other one can import it too: its next `up` corrects the URNs. */
export interface ImportingStack {
  readonly project: string;
  readonly stack: string;
}

/**
 * The file for `pulumi import --file`. With `outputs`, the engine asks no provider for the resource, and stores what a
 * create that adopts the membership would have stored; without `stack`, all but the URN.
 */
export function buildImportFile(
  memberships: readonly AdoptedMembership[],
  stack: ImportingStack | undefined,
  now: number,
): string {
  const resources = memberships.map((each) => importedResource(each, stack, now));
  return `${JSON.stringify({ resources }, undefined, 1)}\n`;
}

function importedResource(
  { resource, inputs, member }: AdoptedMembership,
  stack: ImportingStack | undefined,
  now: number,
): object {
  const sealed = sealSecrets(inputs, fedJoinSecrets);
  const urn = stack && `urn:pulumi:${stack.stack}::${stack.project}::${fedJoinType}::${resource}`;
  const outputs = toStored(sealed, joinedOutputs(member, now, undefined, undefined));
  return {
    type: fedJoinType,
    name: resource,
    id: member.name,
    inputs: { ...sealed, ...(urn !== undefined && { [urnKey]: urn }), __provider: fedJoinProvider },
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
