import { readFileSync } from "node:fs";
import { join } from "node:path";
import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import { Secret } from "@fedjoin/provider/internal/values";
import { repositoryRoot } from "@fedjoin/testbed";
import * as z from "zod";
import { parseStackNames } from "../../../provider/src/cli/commands/members";
import { changedFedJoins } from "../../../provider/src/cli/commands/rollout";
import { parseCommonSettings, parseSettings } from "../../../provider/src/cli/settings";
import { decodeJoinToken, joinTokenFingerprint, tokenProblem } from "../../../provider/src/federation/joinToken";
import { obtainJoinToken } from "../../../provider/src/federation/tokenSource";
import { parseKubeconfig } from "../../../provider/src/kubernetes/kubeconfig";
import { checkDeployRights } from "../../../provider/src/kubernetes/placement";
import { getGreeting } from "../../../provider/src/neuvector/client/eula";
import { parseJson } from "../../../provider/src/neuvector/rest/response";
import { responseError } from "../../../provider/src/neuvector/rest/responseError";
import { PulumiCliError } from "../../../provider/src/pulumi/pulumiCli";
import { findLeaves } from "../../../provider/src/pulumi/previewLeaves";
import { previewErrors } from "../../../provider/src/pulumi/previewErrors";
import { parseStackState } from "../../../provider/src/pulumi/stackState";
import { parseFedJoinInputs } from "../../../provider/src/resources/fedJoin/inputs";
import { readSite } from "../../../provider/src/resources/fedJoin/site";
import { fromStored } from "../../../provider/src/resources/fedJoin/state";
import { parseUserInputs } from "../../../provider/src/resources/neuVectorUser/inputs";
import { storedUser } from "../../../provider/src/resources/neuVectorUser/state";
import { isMapping } from "../../../provider/src/values/mapping";
import { portsAnswering } from "../../support/outsideInput/answers";
import type { Reader } from "../../support/outsideInput/reader";

const token = Buffer.from('{"s":"m.example","p":11443,"t":"ticket"}').toString("base64");
const target = { protocol: "https", server: "c", port: 10443, tls: {} } as const;

/** Reads a text as the engine passes properties: JSON, whatever stands in it. */
const readProps = (read: (props: Readonly<Record<string, unknown>>) => unknown) => (text: string) => {
  const props = parseJson(text);
  return isMapping(props) ? read(props) : undefined;
};

const properties = z.record(z.string(), z.unknown());
const propertiesOf = (name: string): string => {
  const { inputs, outs } = z
    .object({ inputs: properties, outs: properties })
    .parse(parseJson(readFileSync(join(repositoryRoot, `test/fixtures/states/0.1.0/${name}.json`), "utf8")));
  return JSON.stringify({ ...inputs, ...outs });
};
const join1 = propertiesOf("join-everything");
const user1 = propertiesOf("user-everything");

const urn = "urn:pulumi:eu::p::pulumi-nodejs:dynamic/neuvector:FedJoin::u1";
const secretOf = (plaintext: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext,
});
const exportOf = (outputs: object) =>
  JSON.stringify({
    deployment: {
      resources: [
        { urn, type: "pulumi-nodejs:dynamic/neuvector:FedJoin", id: "u1-x", outputs },
        {
          urn: "urn:pulumi:eu::p::kubernetes:core/v1:ConfigMap::u2",
          type: "kubernetes:core/v1:ConfigMap",
          inputs: {
            data: { ENABLE_FED_JOIN: "true", PAAS_STORE_ID: "u2", JOINT_REST_SERVER: "h", JOINT_REST_PORT: "1" },
          },
        },
      ],
    },
  });
const stored = properties.parse(parseJson(join1));
const state = { id: "u1-x", inputs: stored, outputs: stored };
const previewText = JSON.stringify({
  steps: ["delete", "replace", "update"].map((op) => ({ op, urn, oldState: state, newState: state })),
  diagnostics: [{ urn, message: "error: unable to replace resource", severity: "error" }],
});

const kubeconfig = `
apiVersion: v1
current-context: c
contexts: [{ name: c, context: { cluster: k, user: u } }]
clusters:
  - name: k
    cluster: { server: "https://h:6443", certificate-authority-data: YQ==, insecure-skip-tls-verify: false }
users:
  - name: u
    user: { client-certificate: c.pem, client-key-data: YQ==, token: t, exec: { command: aws } }
`;

const settings = `
master: { rest: { server: m.example }, credentials: { username: fed, password: p1 } }
defaults: { controller: { port: 20443, credentials: { username: admin, password: p2 } } }
members:
  - &m { storeId: u1, controller: { server: s1 }, jointRest: { server: s1, port: 10443 } }
  - { <<: *m, storeId: u2, labels: { region: north } }
deployments: [{ storeId: u1, namespace: n, createNamespace: true, secrets: [{ name: s, use: u }] }]
`;

const src = (...files: readonly string[]) => files.map((file) => `provider/src/${file}.ts`);

/** What reads files, states, tokens and answers in the provider and its command line. Controller answers: `answers.ts`. */
export const providerReaders: readonly Reader[] = [
  {
    name: "a join token",
    sources: src("federation/joinToken"),
    valid: [token, `${token.slice(0, 20)}\n${token.slice(20)}`, "fixed-token"],
    read: (text) => {
      const secret = new Secret(text);
      return [decodeJoinToken(secret), joinTokenFingerprint(secret), tokenProblem(secret, "controller", false)];
    },
  },
  {
    name: "the content of a join token",
    sources: src("federation/joinToken"),
    valid: ['{"s":"m.example","p":11443,"t":"ticket"}'],
    read: (text) => {
      const secret = new Secret(Buffer.from(text).toString("base64"));
      return [decodeJoinToken(secret), joinTokenFingerprint(secret), tokenProblem(secret, "controller", false)];
    },
  },
  {
    name: "the answer of a join token URL",
    sources: src("federation/tokenSource", "neuvector/rest/response"),
    valid: [`{"context":"${token}"}`, `{"join_token":"${token}"}`],
    read: (body) => fetchToken("https://t.example/token", { body }),
  },
  {
    name: "the redirect of a join token URL",
    sources: src("federation/tokenSource"),
    valid: ["https://elsewhere.example/x", "/token"],
    read: (location) => fetchToken("https://t.example/token", { status: 302, headers: { location } }).catch(messageOf),
  },
  {
    name: "a join token URL",
    sources: src("federation/tokenSource", "neuvector/transport/basicAuthorization"),
    valid: ["https://u:p@t.example:8443/token?x=1", "http://[::1]/t"],
    read: (url) => fetchToken(url, { body: `{"context":"${token}"}` }),
  },
  {
    name: "the answer to a greeting",
    sources: src("neuvector/client/eula"),
    valid: ['{"eula":{"accepted":true}}'],
    read: (body) => getGreeting(portsAnswering({ body, headers: { date: body } }), target),
  },
  ...[301, 400, 401, 404, 409, 412, 500].map((status) => ({
    name: `an answer ${status}`,
    sources: src("neuvector/rest/responseError"),
    valid: ['{"code":47,"error":"Authentication failed","message":"blocked"}', "<html><title>502</title></html>"],
    read: (body: string) =>
      responseError({ status, headers: { "retry-after": body, location: body }, body }, "GET /v1/x", "read").message,
  })),
  {
    name: "a kubeconfig",
    sources: src("kubernetes/kubeconfig", "values/yaml"),
    valid: [kubeconfig],
    read: (text) => parseKubeconfig(text),
  },
  {
    name: "the answer of an API server to an access review",
    sources: src("kubernetes/placement"),
    valid: ['{"status":{"allowed":true}}'],
    read: (body) =>
      checkDeployRights({ namespace: "n", createNamespace: false, secrets: [] }, () =>
        Promise.resolve({ status: 201, body }),
      ),
  },
  {
    name: "the settings of the command line",
    sources: src("cli/settings"),
    valid: [settings],
    read: (text) => [parseSettings(text), parseCommonSettings(text)],
  },
  {
    name: "the output of pulumi stack export",
    sources: src("pulumi/stackState"),
    valid: [exportOf(stored), exportOf({ ...stored, labels: secretOf('{"a":"b"}') })],
    read: parseStackState,
  },
  {
    name: "a secret in the output of pulumi stack export",
    sources: src("pulumi/stackState"),
    valid: ['{"server":"s","port":1,"credentials":{"username":"u","password":"p"}}'],
    read: (plaintext) => parseStackState(exportOf({ ...stored, controller: secretOf(plaintext) })),
  },
  {
    name: "the output of pulumi preview",
    sources: src("pulumi/previewLeaves", "pulumi/previewErrors", "cli/commands/rollout"),
    valid: [previewText],
    errors: [PulumiCliError],
    read: (text) => [findLeaves(text), previewErrors(text), changedFedJoins(text)],
  },
  {
    name: "the output of pulumi stack ls",
    sources: src("cli/commands/members"),
    valid: ['[{"name":"dev","current":true}]'],
    errors: [PulumiCliError],
    read: parseStackNames,
  },
  {
    name: "the state of a FedJoin",
    sources: src("resources/fedJoin/state", "resources/fedJoin/site"),
    valid: [join1, propertiesOf("join-small"), propertiesOf("join-through-master")],
    read: readProps((props) => [readSite(props), fromStored(props)]),
  },
  {
    name: "the inputs of a FedJoin",
    sources: src("resources/shared/checkInputs"),
    valid: [join1],
    read: readProps(parseFedJoinInputs),
  },
  {
    name: "the state of a NeuVectorUser",
    sources: src("resources/neuVectorUser/state"),
    valid: [user1, propertiesOf("user-small")],
    read: readProps(storedUser),
  },
  {
    name: "the inputs of a NeuVectorUser",
    sources: src("resources/shared/checkInputs"),
    valid: [user1],
    read: readProps(parseUserInputs),
  },
];

const messageOf = (error: unknown): string => {
  if (error instanceof NeuVectorError) return error.message;
  throw error;
};

function fetchToken(url: string, reply: Parameters<typeof portsAnswering>[0]) {
  const source = { kind: "url", url: new Secret(url), tls: {} } as const;
  return obtainJoinToken(source, { ports: portsAnswering(reply), master: undefined });
}
