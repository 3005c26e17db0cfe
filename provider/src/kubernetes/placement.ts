import * as z from "zod";

/** Where an exporter goes, and what must be there for it. */
export interface Placement {
  readonly namespace: string;
  /** True where the stack makes the namespace. */
  readonly createNamespace: boolean;
  /** Secrets that the stack does not make, and what needs them. */
  readonly secrets: readonly { readonly name: string; readonly use: string }[];
}

/** A request to an API server; any answer of it, or why there was none. */
export type KubeFetch = (request: KubeRequest) => Promise<KubeResponse>;

export interface KubeRequest {
  readonly path: string;
  /** Posted as JSON; without one the path is read. */
  readonly body?: object;
}

export type KubeResponse = { readonly status: number; readonly body: string } | { readonly unreachable: string };

/** What was found at a placement. `unknown`: nobody could tell, which speaks against nothing. */
export interface PlacementFinding {
  readonly level: "ok" | "warning" | "problem" | "unknown";
  readonly check: "cluster" | "namespace" | "rights" | "secret";
  readonly text: string;
  readonly fix?: string;
}

/**
 * Looks at a namespace and the Secrets in it. Every request is one that the deployment's own account needs anyway, so
 * that an account with the least rights is refused nothing while all is well.
 */
export async function checkPlacement(placement: Placement, ask: KubeFetch): Promise<PlacementFinding[]> {
  const { namespace, createNamespace, secrets } = placement;
  const path = `/api/v1/namespaces/${namespace}`;
  const account = await ask({ path: `${path}/serviceaccounts/default` });
  if ("unreachable" in account) {
    const text = `the cluster could not be asked (${account.unreachable})`;
    return [{ level: "unknown", check: "cluster", text }];
  }
  if (account.status === 401) {
    const fix = "Renew the account of the kubeconfig";
    return [
      { level: "problem", check: "cluster", text: "the cluster does not know the account of the kubeconfig", fix },
    ];
  }
  if (account.status !== 200) {
    const missing = await ask({ path });
    const isMissing = "status" in missing && missing.status === 404;
    if (isMissing && createNamespace) return [ok("namespace", `namespace ${namespace} is to be made`)];
    if (isMissing) {
      const fix = "Make it, or say createNamespace: true";
      return [{ level: "problem", check: "namespace", text: `namespace ${namespace} does not exist`, fix }];
    }
    if (account.status === 403) {
      const fix = "Give the account of the kubeconfig the rights of examples/deployer, or correct the namespace";
      const text = `the account may not read service accounts in namespace ${namespace}, or the namespace does not exist`;
      return [{ level: "problem", check: "rights", text, fix }];
    }
  }
  const found = await Promise.all(secrets.map((secret) => checkSecret(namespace, secret, ask)));
  return [ok("namespace", `namespace ${namespace} exists`), ...found];
}

async function checkSecret(
  namespace: string,
  { name, use }: Placement["secrets"][number],
  ask: KubeFetch,
): Promise<PlacementFinding> {
  const answer = await ask({ path: `/api/v1/namespaces/${namespace}/secrets/${name}` });
  const status = "status" in answer ? answer.status : 0;
  const check = "secret";
  if (status === 200) return ok(check, `Secret ${name} exists (${use})`);
  if (status !== 404) return { level: "unknown", check, text: `Secret ${name} (${use}) could not be read` };
  const text = `namespace ${namespace} has no Secret ${name} (${use})`;
  return { level: "warning", check, text, fix: "Make it: until then no exporter starts" };
}

/** What a deployment does there, at the least. */
const deployedResources = [
  ...["serviceaccounts", "configmaps", "secrets", "services"].map((resource) => ({ group: "", resource })),
  { group: "apps", resource: "deployments" },
];
const verbs = ["get", "create", "patch", "delete"];
const review = z.object({ status: z.object({ allowed: z.boolean() }) });

/** Whether the account may do what a deployment does. Asks the API server for its own judgement; any account may. */
export async function checkDeployRights({ namespace }: Placement, ask: KubeFetch): Promise<PlacementFinding> {
  const asked = deployedResources.flatMap(({ group, resource }) =>
    verbs.map((verb) => ({ namespace, verb, group, resource })),
  );
  const refused: string[] = [];
  for (const resourceAttributes of asked) {
    const answer = await ask({
      path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      body: {
        ...{ apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec: { resourceAttributes } },
      },
    });
    const allowed = "body" in answer ? allowedIn(answer.body) : undefined;
    if (allowed === undefined) {
      return { level: "unknown", check: "rights", text: "the cluster does not say what the account may do" };
    }
    if (!allowed) refused.push(`${resourceAttributes.verb} ${resourceAttributes.resource}`);
  }
  if (refused.length === 0) return ok("rights", `the account may deploy into namespace ${namespace}`);
  const text = `in namespace ${namespace} the account may not ${refused.join(", ")}`;
  return { level: "problem", check: "rights", text, fix: "Give it the rights of examples/deployer" };
}

function allowedIn(body: string): boolean | undefined {
  try {
    return review.parse(JSON.parse(body)).status.allowed;
  } catch {
    return undefined;
  }
}

const ok = (check: PlacementFinding["check"], text: string): PlacementFinding => ({ level: "ok", check, text });
