import { createHash } from "node:crypto";
import { z } from "zod";
import { isOwnSetting } from "../components/exporterSettings";
import { credentialsSchema, fileText, referableCredentialsSchema, tlsSchema, type LeafPorts } from "./connection";
import { exporterOptions } from "./exporterOptions";
import { at, atMostOne, expected, flag, mapping, port, restAddress, seconds, server, text } from "./leaves";

/** Which cluster. Without a kubeconfig, what `kubectl` would take. Comes out with `cluster`, alike for the same cluster. */
export function kubernetesSchema<S>(ports: LeafPorts<S>) {
  const wrap = (plain: string) => ({
    kubeconfig: ports.secret(plain),
    digest: createHash("sha256").update(plain).digest("hex"),
  });
  return mapping({
    kubeconfig: text.transform(wrap).exactOptional().describe("a kubeconfig's text"),
    kubeconfigFile: fileText(ports).transform(wrap).exactOptional().describe("a file with a kubeconfig"),
    context: text.exactOptional().describe("a context of the kubeconfig; default its current one"),
    timeoutSeconds: seconds.default(600).describe("how long an object may take to become ready"),
  })
    .check(...atMostOne("kubeconfig", "kubeconfigFile"))
    .transform(({ kubeconfigFile, kubeconfig = kubeconfigFile, ...rest }) => ({
      ...rest,
      ...(kubeconfig !== undefined && { kubeconfig: kubeconfig.kubeconfig }),
      cluster: JSON.stringify([kubeconfig?.digest, rest.context]),
    }));
}

/** The controller that joins, from both sides. */
export function controllerSchema<S>(ports: LeafPorts<S>) {
  return mapping({
    server: server.exactOptional().describe("its REST API as the machine that runs Pulumi reaches it"),
    port: port.default(10443),
    service: restAddress.exactOptional().describe("its REST API as the exporter reaches it; default the same address"),
    credentials: referableCredentialsSchema(ports).describe(
      "an account that may join; the exporter's too, unless it has its own",
    ),
    tls: tlsSchema(ports).exactOptional(),
  });
}

const quantities = z.record(z.string(), text, expected("a mapping of resource to quantity"));

const oneOwner = "a membership has one owner: joinedBy alone says whether the exporter joins";

/** The exporter to deploy. */
export function exporterSchema<S>(ports: LeafPorts<S>) {
  return mapping({
    enabled: flag.default(true),
    image: text.exactOptional().describe("the exporter's container image, with a digest or a tag other than latest"),
    port: port.default(8068).describe("where it serves metrics, in the pod and at the Service"),
    credentials: credentialsSchema(ports).exactOptional().describe("a read-only account of its own to scrape with"),
    joinCredentials: credentialsSchema(ports)
      .exactOptional()
      .describe("joinedBy: exporter only: the account at the endpoint that gets the join"),
    env: z
      .record(
        text
          .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of an environment variable")
          .refine((name) => !isOwnSetting(name), {
            error: ({ input }) => (input === "ENABLE_FED_JOIN" ? oneOwner : "is set by the stack from its own keys"),
          }),
        text,
        expected("a mapping of names to text"),
      )
      .default({})
      .describe("more settings of the exporter; they land in a ConfigMap, so none may be secret"),
    resources: mapping({ requests: quantities.exactOptional(), limits: quantities.exactOptional() }).exactOptional(),
    ...exporterOptions,
  }).refine(({ enabled, image }) => image !== undefined || !enabled, at("image", "is required"));
}
