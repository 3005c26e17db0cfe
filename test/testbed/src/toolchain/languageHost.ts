import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Server, ServerCredentials, type handleUnaryCall } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  GetRequiredPackagesResponse,
  RunResponse,
  type GetRequiredPackagesRequest,
  type RunRequest,
} from "@pulumi/pulumi/proto/language_pb";
import { PackageDependency, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { version } from "@pulumi/pulumi/version";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as z from "zod";

/**
 * A language host for Node programs, for a CLI that was built from source: the official one comes with the official CLI
 * only. The CLI starts it with the engine's address as the last argument and reads the port from the first line.
 * It answers what `preview`, `up`, `refresh` and `destroy` ask; other calls get UNIMPLEMENTED.
 */

/** The SDK exits with this code after it has shown the error itself. */
const errorWasShown = 32;

const packageJson = z.object({
  pulumi: z.object({ resource: z.boolean(), name: z.string(), version: z.string() }),
});

const programs = new Set<ChildProcess>();

const getPluginInfo: handleUnaryCall<Empty, PluginInfo> = (_call, reply) => {
  reply(null, new PluginInfo().setVersion(version));
};

/** The plugin of `@pulumi/kubernetes`, if the program can import that: then the CLI finds it missing before it starts. */
const getRequiredPackages: handleUnaryCall<GetRequiredPackagesRequest, GetRequiredPackagesResponse> = (call, reply) => {
  const response = new GetRequiredPackagesResponse();
  const plugin = kubernetesPluginOf(call.request.getInfo()?.getProgramDirectory() ?? "");
  if (plugin !== undefined) {
    const { name, version: wanted } = plugin;
    response.addPackages(new PackageDependency().setName(name).setKind("resource").setVersion(wanted));
  }
  reply(null, response);
};

const run: handleUnaryCall<RunRequest, RunResponse> = (call, reply) => {
  runProgram(call.request).then(
    (response) => {
      reply(null, response);
    },
    (error: unknown) => {
      reply(null, new RunResponse().setError(`cannot start the program: ${String(error)}`));
    },
  );
};

function kubernetesPluginOf(programDirectory: string) {
  const resolver = createRequire(join(programDirectory, "package.json"));
  let manifest: unknown;
  try {
    manifest = resolver("@pulumi/kubernetes/package.json");
  } catch {
    return undefined;
  }
  return packageJson.parse(manifest).pulumi;
}

async function runProgram(request: RunRequest): Promise<RunResponse> {
  const programDirectory = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const entryPoint = request.getInfo()?.getEntryPoint() ?? request.getProgram();
  const sdk = createRequire(join(programDirectory, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  const args = [
    ...["--monitor", request.getMonitorAddress(), "--engine", engineAddress],
    ...["--organization", request.getOrganization(), "--project", request.getProject(), "--stack", request.getStack()],
    ...["--root-directory", request.getInfo()?.getRootDirectory() ?? "", "--pwd", request.getPwd()],
    ...["--parallel", String(request.getParallel()), ...(request.getDryrun() ? ["--dry-run"] : [])],
    join(programDirectory, entryPoint),
    ...request.getArgsList(),
  ];
  const options = request.getInfo()?.getOptions()?.toJavaScript() ?? {};
  const env = {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toObject())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    PULUMI_NODEJS_TYPESCRIPT: String(options["typescript"] !== false),
  };
  // The CLI shows what comes from this process, so the program writes straight to it.
  const program = spawn("node", [sdk, ...args], { env, stdio: ["ignore", "inherit", "inherit"] });
  programs.add(program);
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    program.once("error", reject);
    program.once("exit", (...result) => {
      resolve(result);
    });
  });
  programs.delete(program);
  if (code === 0) return new RunResponse();
  if (code === errorWasShown) return new RunResponse().setBail(true);
  return new RunResponse().setError(
    code === null ? `Program ended by ${signal ?? "a signal"}` : `Program exited with code ${code}`,
  );
}

function stop(): void {
  for (const program of programs) program.kill("SIGTERM");
  process.exit(0);
}

const engineAddress = process.argv.at(-1) ?? "";
const server = new Server();
server.addService(LanguageRuntimeService, { getPluginInfo, getRequiredPackages, run });
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${port}\n`);
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
// The CLI holds the other end of stdin: it closes when the CLI is gone, however it went.
process.stdin.resume().once("end", stop);
