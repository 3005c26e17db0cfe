import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { expect, onTestFinished } from "vitest";
import { countSamples } from "../bench/checkSamples";
import { test } from "../support/fixtures";
import { createTestCa, issueCertificate } from "@fedjoin/simulator";
import { startWebServer } from "../support/webServer";

const heapMegabytes = 80;
const conversations = 80_000;
const withPorts = 1000;

const idOf = (index: number): string => index.toString(16).padStart(64, "0");

const conversation = (index: number): string =>
  JSON.stringify({
    applications: ["HTTP"],
    bytes: 1000 + index,
    entries: Array.from({ length: 4 }, (_, flow) => ({
      application: "HTTP",
      bytes: 300,
      client_ip: `10.42.0.${flow}`,
      last_seen_at: 1_795_441_486,
      policy_action: "allow",
      server_ip: "10.42.1.2",
      sessions: 6,
    })),
    from: idOf(index),
    policy_action: "allow",
    ports: index < withPorts ? ["tcp/8080"] : [],
    protocols: ["tcp"],
    severity: "",
    to: idOf(index + 1),
  });

function* text(): Generator<string> {
  const perPiece = 1000;
  for (let start = 0; start < conversations; start += perPiece) {
    const piece = Array.from({ length: perPiece }, (_, index) => conversation(start + index));
    yield `${start === 0 ? '{"conversations":[' : ","}${piece.join(",")}`;
  }
  yield '],"endpoints":[]}';
}

test("60 MB of conversations are read within a heap that is too small for their JSON", async ({
  folder,
  startExporter,
}) => {
  const ca = await createTestCa();
  const { certificate: cert, key } = await issueCertificate(ca, ["127.0.0.1"]);
  let sentBytes = 0;
  const sendAll = (response: ServerResponse): Promise<void> =>
    pipeline(function* () {
      for (const piece of text()) {
        sentBytes += piece.length;
        yield piece;
      }
    }, response);
  const server = await startWebServer({ cert, key }, (request, response) => {
    if (request.url === "/v1/conversation") void sendAll(response);
    else response.end('{"token":{"token":"t"}}');
  });
  onTestFinished(() => server.close());
  const caFile = join(folder, "ca.pem");
  writeFileSync(caFile, ca.certificate);
  const exporter = await startExporter({
    NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}`,
    CTRL_API_SERVICE: `127.0.0.1:${server.port}`,
    CTRL_PASSWORD: "memory-test",
    CTRL_CA_FILE: caFile,
    EXPORTER_METRICS: "conversation",
  });
  for (let turn = 1; turn <= 2; turn++) {
    const scraped = await exporter.scrape({ "X-Prometheus-Scrape-Timeout-Seconds": "60" });
    expect(countSamples(scraped).get("nv_conversation_bytes")).toBe(withPorts);
    expect(sentBytes).toBeGreaterThan(turn * 60_000_000);
  }
});

test("the same heap does not hold what JSON.parse makes of them", async () => {
  const read = `let text = ""; process.stdin.setEncoding("utf8").on("data", (piece) => { text += piece; });
    process.stdin.on("end", () => { console.log(JSON.parse(text).conversations.length); });`;
  const child = spawn(process.execPath, [`--max-old-space-size=${heapMegabytes}`, "-e", read], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  const exited = once(child, "exit");
  // It dies while it is still being written to.
  await pipeline(text, child.stdin).catch(() => undefined);
  await exited;
  expect(child.exitCode).not.toBe(0);
});
