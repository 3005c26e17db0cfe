import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "@fedjoin/testbed";

/** Where the pages are, one for each package. */
export const apiFolder = "docs/reference/api/";

const entryPoints = { provider: "src/index.ts", stacks: "src/component.ts" };

/**
 * `docs/reference/api/`: the public symbols of each package from their docstrings, by path of the page.
 * @throws Error if a public symbol has no docstring, or refers to one that is not public.
 */
export async function apiPages(): Promise<Record<string, string>> {
  const pages: Record<string, string> = {};
  for (const [folder, entryPoint] of Object.entries(entryPoints)) {
    pages[`${apiFolder}${folder}.md`] = await apiPage(folder, entryPoint);
  }
  return pages;
}

async function apiPage(folder: string, entryPoint: string): Promise<string> {
  const { Application, LogLevel } = await import("typedoc");
  const out = await mkdtemp(join(tmpdir(), "fedjoin-api-"));
  const options = {
    name: `@fedjoin/${folder}`,
    entryPoints: [join(repositoryRoot, folder, entryPoint)],
    tsconfig: join(repositoryRoot, folder, "tsconfig.json"),
    // The compiler has found the errors before.
    skipErrorChecking: true,
    logLevel: LogLevel.Warn,
    ...{
      out,
      readme: "none",
      disableSources: true,
      excludeExternals: true,
      excludeInternal: true,
      excludePrivate: true,
    },
    ...{
      validation: { notDocumented: true, invalidLink: true, notExported: true },
      requiredToBeDocumented: [...requiredToBeDocumented],
    },
    ...markdownOptions,
  };
  try {
    const app = await Application.bootstrapWithPlugins(options);
    const project = await app.convert();
    if (project === undefined) throw new Error(`the API of ${folder} cannot be read`);
    app.validate(project);
    await app.generateOutputs(project);
    if (app.logger.hasErrors() || app.logger.hasWarnings()) {
      throw new Error(`the docstrings of ${folder} are incomplete: each warning above names one`);
    }
    const page = readFileSync(join(out, "api.md"), "utf8");
    const title = `# @fedjoin/${folder}\n`;
    return page.replace(
      title,
      `${title}\nThis page is generated from the docstrings of the package (\`npm run docs\`).\n`,
    );
  } finally {
    await rm(out, { recursive: true });
  }
}

const requiredToBeDocumented = [
  "Class",
  "Constructor",
  "Function",
  "Interface",
  "Property",
  "TypeAlias",
  "Variable",
] as const;

/** Of typedoc-plugin-markdown. */
const markdownOptions = {
  plugin: [require.resolve("typedoc-plugin-markdown")],
  ...{ outputFileStrategy: "modules", entryFileName: "api.md", hideBreadcrumbs: true, hidePageHeader: true },
  ...{ classPropertiesFormat: "table", interfacePropertiesFormat: "table", parametersFormat: "table" },
  ...{ propertyMembersFormat: "table", typeDeclarationFormat: "table" },
  tableColumnSettings: {
    hideDefaults: true,
    hideInherited: true,
    hideModifiers: true,
    hideOverrides: true,
    hideSources: true,
  },
};
