import { join } from "node:path";
import { parseCommandLine, ProgramError, runProgram } from "@fedjoin/provider/internal/commandLine";
import { cacheRoot } from "./cache";
import { exportLines } from "./exportLines";
import { prepareClusterTools, prepareTools } from "./prepareTools";
import { pulumiEnvironment } from "./pulumiEnvironment";
import { kubernetes, kubernetesPlugin, prometheus, pulumi } from "./tools";

type Task = () => Promise<void>;

/** What `env` exports: tools on PATH, and a PULUMI_HOME with the Kubernetes plugin. Logins and state stay the user's. */
const exported = ["PATH", "PULUMI_HOME", "PULUMI_SKIP_UPDATE_CHECK"];

const commandLine = parseCommandLine<Task>("npm run tools --", process.argv.slice(2), (program, select) => {
  program
    .description(
      `Finds the tools of tests and demo on PATH or in the cache, downloads their official releases, or
builds them from source. See test/testbed/README.md for the settings.`,
    )
    .action(() => {
      select(async () => {
        await prepareTools({ say: console.log });
      });
    });
  program
    .command("env")
    .description(
      `Prints shell commands that put pulumi and its plugins on PATH:\n\n  eval "$(npm run --silent tools -- env)"`,
    )
    .action(() => {
      select(printEnvironment);
    });
  program
    .command("urls")
    .description("Prints the official addresses of this platform's releases, for a mirror")
    .action(() => {
      select(printUrls);
    });
});

async function printEnvironment(): Promise<void> {
  const tools = await prepareClusterTools({ say: console.error });
  const root = join(cacheRoot(), "home");
  const settings = { home: root, backendDir: join(root, "state"), passphrase: "" };
  const env = await pulumiEnvironment(tools, settings);
  process.stdout.write(exportLines(env, exported));
}

function printUrls(): Promise<void> {
  const platform = `${process.platform}-${process.arch}`;
  for (const { releases } of [pulumi, kubernetes, kubernetesPlugin, prometheus]) {
    for (const { platforms, url } of releases) if (platforms.includes(platform)) console.log(url(platform));
  }
  return Promise.resolve();
}

void runProgram(commandLine, 1, async (task) => {
  try {
    await task();
    return 0;
  } catch (error) {
    throw new ProgramError(error instanceof Error ? error.message : String(error));
  }
});
