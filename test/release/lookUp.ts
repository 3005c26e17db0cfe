import * as z from "zod";
import type { Reference } from "./references";

/** Where versions are looked up. */
export interface Sources {
  /** The base address of GitHub's REST API. */
  readonly github: string;
  /** Sent to GitHub's API, which answers more often to those it knows. */
  readonly githubToken: string | undefined;
  /** The base address of the registry that has an image, by the host in the image's name. */
  readonly registry: (host: string) => string;
}

const dockerHub = "docker.io";

/** The sources of a machine with internet access. GitHub's runners set the variables. */
export function publicSources(env: NodeJS.ProcessEnv): Sources {
  return {
    github: env["GITHUB_API_URL"] ?? "https://api.github.com",
    githubToken: env["GITHUB_TOKEN"],
    registry: (host) => `https://${host === dockerHub ? "registry-1.docker.io" : host}`,
  };
}

/**
 * Asks for the commit or the digest that a version names now.
 * @throws Error with the reason when there is no answer to trust.
 */
export function lookUp(reference: Reference, sources: Sources): Promise<string> {
  return reference.kind === "action" ? lookUpCommit(reference, sources) : lookUpDigest(reference, sources);
}

async function lookUpCommit({ name, version }: Reference, { github, githubToken }: Sources): Promise<string> {
  const [owner = "", repository = ""] = name.split("/");
  const response = await fetch(`${github}/repos/${owner}/${repository}/commits/${version}`, {
    headers: {
      accept: "application/vnd.github.sha",
      ...(githubToken !== undefined && { authorization: `Bearer ${githubToken}` }),
    },
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return expectForm(await response.text(), /^[0-9a-f]{40}$/, "a commit");
}

/** The types of an index, which stands for every architecture, and of a single image. */
const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

async function lookUpDigest({ name, version }: Reference, { registry }: Sources): Promise<string> {
  const { host, path } = imageAddress(name);
  const address = `${registry(host)}/v2/${path}/manifests/${version}`;
  const ask = (authorization?: string) =>
    fetch(address, {
      method: "HEAD",
      headers: { accept: manifestTypes.join(", "), ...(authorization !== undefined && { authorization }) },
    });
  let response = await ask();
  if (response.status === 401) response = await ask(await authorize(response.headers.get("www-authenticate") ?? ""));
  if (!response.ok) throw new Error(`status ${response.status}`);
  return expectForm(response.headers.get("docker-content-digest") ?? "", /^sha256:[0-9a-f]{64}$/, "a digest");
}

/** `node` is `docker.io/library/node`. */
function imageAddress(name: string): { host: string; path: string } {
  const [first = "", ...others] = name.split("/");
  if (/[.:]/.test(first)) return { host: first, path: others.join("/") };
  return { host: dockerHub, path: others.length === 0 ? `library/${name}` : name };
}

const answer = z.object({ token: z.string() });

/** Gets the token that a registry gives to everybody, as its challenge says. */
async function authorize(challenge: string): Promise<string> {
  const parts = new Map([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]));
  const address = new URL(parts.get("realm") ?? "");
  for (const key of ["service", "scope"]) address.searchParams.set(key, parts.get(key) ?? "");
  const response = await fetch(address);
  if (!response.ok) throw new Error(`status ${response.status} of the token server`);
  return `Bearer ${answer.parse(await response.json()).token}`;
}

function expectForm(text: string, form: RegExp, what: string): string {
  const value = text.trim();
  if (!form.test(value)) throw new Error(`the answer is not ${what}`);
  return value;
}
