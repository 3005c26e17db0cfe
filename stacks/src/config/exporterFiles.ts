import { z } from "zod";
import { isManagedFile } from "../components/exporterSettings";
import { fileText, secretText, type SchemaContext } from "./connection";
import { hasPath } from "./defaults";
import { at, atMostOne, choice, expected, mapping, objectName, text } from "./scalars";

/** A whole file is taken as it is. */
const unchanged = (content: string): string => content;

/** A YAML text for the exporter's Secret, from the configuration or from a file beside it. */
function yamlText<S>(ports: SchemaContext<S>, what: string) {
  return {
    config: secretText(ports, unchanged).exactOptional().describe(`${what}, YAML`),
    configFile: fileText(ports).transform(ports.secret).exactOptional().describe("a file with it, instead of config"),
  };
}

function requireConfig<S>(config: S | undefined, context: z.core.$RefinementCtx): S {
  if (config !== undefined) return config;
  context.addIssue("give config or configFile");
  return z.NEVER;
}

/** TLS and users in front of the exporter. */
export function webSchema<S>(ports: SchemaContext<S>) {
  return mapping({
    ...yamlText(ports, "the web config (docs/how-to/web-config.md)"),
    tlsSecret: objectName
      .exactOptional()
      .describe("an existing Secret, such as one from cert-manager: its keys become files next to the web config"),
    scheme: choice("http", "https")
      .exactOptional()
      .describe("the scheme for scrapers; default https with tlsSecret, else http"),
  })
    .check(...atMostOne("config", "configFile"))
    .transform(({ config, configFile = config, ...rest }, context) => ({
      ...rest,
      config: requireConfig(configFile, context),
    }));
}

const fileName = text
  .regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,252}$/, "expected a file's name: letters, digits, inner . _ -")
  .refine((name) => !isManagedFile(name), "is a file of the exporter's own: take another name");

/** Further controllers for `/probe`. */
export function targetsSchema<S>(ports: SchemaContext<S>) {
  const byName = expected("a mapping of file names to text");
  return mapping({
    ...yamlText(ports, "the file of targets (docs/how-to/targets.md)"),
    files: z
      .record(fileName, secretText(ports, unchanged), byName)
      .default({})
      .describe("the files it refers to, by name, such as passwords"),
    filePaths: z
      .record(fileName, fileText(ports).transform(ports.secret), byName)
      .default({})
      .describe("the same with paths of files to read, such as certificates or a list of members"),
  })
    .check(...atMostOne("config", "configFile"))
    .refine(
      ({ files, filePaths }) => !Object.keys(filePaths).some((name) => hasPath(files, [name])),
      at("filePaths", "a name may not be in files too"),
    )
    .transform(({ config, configFile = config, files, filePaths }, context) => ({
      config: requireConfig(configFile, context),
      files: { ...files, ...filePaths },
    }));
}
