import { documentationBase } from "@fedjoin/provider/internal/neuvector";
import {
  atMostOne,
  choice,
  expected,
  mapping,
  secretText,
  text,
  valueAt,
  withRules,
} from "@fedjoin/provider/internal/values";
import * as z from "zod";
import { isManagedFile } from "../components/exporterSettings";
import { fileText, type SchemaContext } from "./context";
import { objectName } from "./scalars";

/** The schema of a file's content, which is used unchanged. */
function secretFile<S>({ secret }: SchemaContext<S>) {
  return secretText(secret, { parse: (content) => content });
}

/** A YAML text for the exporter's Secret, from the configuration or from a file. */
function yamlText<S>(context: SchemaContext<S>, what: string) {
  return {
    config: secretFile(context).exactOptional().describe(`${what}, YAML`),
    configFile: fileText(context)
      .transform(context.secret)
      .exactOptional()
      .describe("a file with it, instead of config"),
  };
}

function requireConfig<S>(config: S | undefined, refinement: z.core.$RefinementCtx): S {
  if (config !== undefined) return config;
  refinement.addIssue("give config or configFile");
  return z.NEVER;
}

/** TLS and users in front of the exporter. */
export function webSchema<S>(context: SchemaContext<S>) {
  return withRules(
    mapping({
      ...yamlText(context, `the web config (${documentationBase}docs/how-to/web-config.md)`),
      tlsSecret: objectName
        .exactOptional()
        .describe("an existing Secret, such as one from cert-manager: its keys become files next to the web config"),
      scheme: choice("http", "https")
        .exactOptional()
        .describe("the scheme for scrapers; default https with tlsSecret, else http"),
    }),
    ...atMostOne("config", "configFile"),
  ).transform(({ config, configFile = config, ...rest }, refinement) => ({
    ...rest,
    config: requireConfig(configFile, refinement),
  }));
}

const fileName = text
  .regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,252}$/, "expected a file's name: letters, digits, inner . _ -")
  .refine((name) => !isManagedFile(name), "is a file of the exporter's own: take another name");

/** Further controllers for `/probe`. */
export function targetsSchema<S>(context: SchemaContext<S>) {
  const byName = expected("a mapping of file names to text");
  return withRules(
    mapping({
      ...yamlText(context, `the file of targets (${documentationBase}docs/how-to/targets.md)`),
      files: z
        .record(fileName, secretFile(context), byName)
        .default({})
        .describe("the files it refers to, by name, such as passwords"),
      filePaths: z
        .record(fileName, fileText(context).transform(context.secret), byName)
        .default({})
        .describe("the same with paths of files to read, such as certificates or a list of members"),
    }),
    ...atMostOne("config", "configFile"),
    [
      "filePaths",
      "a name may not be in files too",
      ({ files, filePaths }) => !Object.keys(filePaths).some((name) => valueAt(files, [name]) !== undefined),
    ],
  ).transform(({ config, configFile = config, files, filePaths }, refinement) => ({
    config: requireConfig(configFile, refinement),
    files: { ...files, ...filePaths },
  }));
}
