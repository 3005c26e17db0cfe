import { credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

type Props = Record<string, unknown>;

/** What the engine gets when a create or update fails and leaves something behind. */
export interface PartialFailure {
  readonly id: string;
  readonly properties: Props;
  readonly reasons: string[];
}

/** The SDK's own dynamic-provider process, driven over gRPC as the engine drives it. */
export interface DynamicProvider {
  check(news: Props): Promise<{ property: string; reason: string }[]>;
  diff(id: string, olds: Props, news: Props): Promise<{ changes: boolean; replaces: string[] }>;
  create(news: Props): Promise<{ id: string; outs: Props }>;
  read(id: string, props: Props): Promise<{ id: string; props: Props }>;
  update(id: string, olds: Props, news: Props): Promise<Props>;
  delete(id: string, props: Props): Promise<void>;
  /** Sends SIGINT and resolves with the exit code. */
  interrupt(): Promise<number | null>;
  /** Reads nothing more that the process writes, as after the death of the CLI. */
  stopReading(): void;
  /** All that the process has written so far. */
  output(): string;
  stop(): Promise<void>;
}

/** What the requests of the engine have in common. */
interface Request {
  setUrn(urn: string): unknown;
  setId?(id: string): unknown;
  setOlds?(olds: Struct): unknown;
  setNews?(news: Struct): unknown;
  setProperties?(properties: Struct): unknown;
}

const urn = "urn:pulumi:test::fedjoin::pulumi-nodejs:dynamic/neuvector:FedJoin::site";
const structOf = (props: Props): Struct => Struct.fromJavaScript(props as Record<string, JavaScriptValue>);
const plain = (struct: Struct | undefined): Props => struct?.toJavaScript() ?? {};

/** Starts the process with `cwd` as the program's folder. */
export async function startDynamicProvider(cwd: string): Promise<DynamicProvider> {
  const child = spawn(process.execPath, [require.resolve("@pulumi/pulumi/cmd/dynamic-provider"), "127.0.0.1:1"], {
    cwd,
    env: { ...process.env, PULUMI_NODEJS_PROJECT: "fedjoin", PULUMI_NODEJS_STACK: "test" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  const lines = createInterface(child.stdout);
  const [port] = (await once(lines, "line")) as [string];
  lines.on("line", (line) => said.push(`${line}\n`));
  const client = new ResourceProviderClient(`127.0.0.1:${port.trim()}`, credentials.createInsecure());

  const call = <R>(send: (done: (error: ServiceError | null, reply: R) => void) => unknown): Promise<R> =>
    new Promise((resolve, reject) => {
      send((error, reply) => {
        if (error) reject(new ProviderError(error));
        else resolve(reply);
      });
    });
  const filled = <R extends Request>(request: R, id: string, props: { olds?: Props; news?: Props; at?: Props }): R => {
    request.setUrn(urn);
    request.setId?.(id);
    request.setOlds?.(structOf(props.olds ?? {}));
    request.setNews?.(structOf(props.news ?? {}));
    request.setProperties?.(structOf(props.at ?? {}));
    return request;
  };
  const exit = async (signal: NodeJS.Signals): Promise<number | null> => {
    const exited = once(child, "exit") as Promise<[number | null]>;
    child.kill(signal);
    return (await exited)[0];
  };

  const configuration = new messages.ConfigureRequest();
  configuration.setArgs(structOf({}));
  await call<messages.ConfigureResponse>((done) => client.configure(configuration, done));

  return {
    async check(news) {
      const request = filled(new messages.CheckRequest(), "", { news });
      const reply = await call<messages.CheckResponse>((done) => client.check(request, done));
      return reply.getFailuresList().map((each) => ({ property: each.getProperty(), reason: each.getReason() }));
    },
    async diff(id, olds, news) {
      const request = filled(new messages.DiffRequest(), id, { olds, news });
      const reply = await call<messages.DiffResponse>((done) => client.diff(request, done));
      const changes = reply.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME;
      return { changes, replaces: reply.getReplacesList() };
    },
    async create(news) {
      const request = filled(new messages.CreateRequest(), "", { at: news });
      const reply = await call<messages.CreateResponse>((done) => client.create(request, done));
      return { id: reply.getId(), outs: plain(reply.getProperties()) };
    },
    async read(id, at) {
      const request = filled(new messages.ReadRequest(), id, { at });
      const reply = await call<messages.ReadResponse>((done) => client.read(request, done));
      return { id: reply.getId(), props: plain(reply.getProperties()) };
    },
    async update(id, olds, news) {
      const request = filled(new messages.UpdateRequest(), id, { olds, news });
      return plain((await call<messages.UpdateResponse>((done) => client.update(request, done))).getProperties());
    },
    async delete(id, at) {
      const request = filled(new messages.DeleteRequest(), id, { at });
      await call((done) => client.delete(request, done));
    },
    interrupt: () => exit("SIGINT"),
    stopReading() {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    output: () => said.join(""),
    async stop() {
      client.close();
      if (child.exitCode === null) await exit("SIGTERM");
    },
  };
}

/** An error answer of the process, with the partial failure it carries, if any. */
export class ProviderError extends Error {
  readonly partial: PartialFailure | undefined;

  constructor(error: ServiceError) {
    super(error.details);
    const [status] = error.metadata.get("grpc-status-details-bin");
    this.partial = status instanceof Buffer ? readPartial(status) : undefined;
  }
}

/** The details are a `google.rpc.Status` whose one `Any` holds the partial failure: skip to its bytes. */
function readPartial(status: Buffer): PartialFailure | undefined {
  const typeName = Buffer.from("pulumirpc.ErrorResourceInitFailed");
  const at = status.indexOf(typeName);
  if (at < 0) return undefined;
  let offset = at + typeName.length + 1;
  while ((status[offset] ?? 0) >= 0x80) offset++;
  const failure = messages.ErrorResourceInitFailed.deserializeBinary(status.subarray(offset + 1));
  return { id: failure.getId(), properties: plain(failure.getProperties()), reasons: failure.getReasonsList() };
}
