import { expect, test } from "vitest";
import { openWebConfig } from "../../../../exporter/src/webConfig/liveWebConfig";
import { createServerCertificates } from "../../../support/serverCertificates";
import { createVirtualClock } from "@fedjoin/simulator";
import { virtualClock } from "../../../support/virtualPorts";
import { readFrom } from "../../../support/memoryFiles";

const path = "/etc/web/web.yml";
const burst = (count: number): string => `rate_limit: { interval: 1s, burst: ${count} }`;

/** A web config whose files are in memory; every `write` changes the stamp. */
function open(initial: Readonly<Record<string, string>>) {
  const files = new Map(Object.entries(initial).map(([file, text]) => [file, { text, version: 0 }]));
  const lines: string[] = [];
  const results: boolean[] = [];
  let reads = 0;
  const live = openWebConfig({
    path,
    files: {
      read(file) {
        reads++;
        return readFrom({ [file]: files.get(file)?.text })(file);
      },
      stamp: (file) => String(files.get(file)?.version ?? "absent"),
    },
    clock: virtualClock(createVirtualClock(0)),
    log: (level, message) => lines.push(`${level} ${message}`),
    onRead: (isGood) => results.push(isGood),
  });
  const write = (file: string, text: string): void => {
    files.set(file, { text, version: (files.get(file)?.version ?? 0) + 1 });
  };
  return { write, remove: (file: string) => files.delete(file), reads: () => reads, lines, results, live };
}

test("a web config is read when it changes, and only then", () => {
  const { write, reads, lines, results, live } = open({ [path]: burst(1) });
  const first = live.current();
  expect(live.current()).toBe(first);
  expect(reads()).toBe(1);
  write(path, burst(1));
  expect(live.current()).toBe(first);
  expect([reads(), lines]).toEqual([2, []]);
  write(path, burst(2));
  expect(live.current().rateLimit?.burst).toBe(2);
  expect([results, lines]).toEqual([[true, true], ["info The web config was reloaded"]]);
});

test("a broken web config leaves the previous one in use, is logged once, and is repaired by the next change", () => {
  const { write, remove, lines, results, live } = open({ [path]: burst(1) });
  write(path, "canary: [");
  expect(live.current().rateLimit?.burst).toBe(1);
  write(path, "canary: [");
  live.current();
  remove(path);
  expect(live.current().rateLimit?.burst).toBe(1);
  write(path, burst(1));
  expect(live.current().rateLimit?.burst).toBe(1);
  expect(results).toEqual([true, false, false, true]);
  expect(lines).toEqual([
    "error The web config is invalid and the previous one stays in use: it is not valid YAML at line 1, column 10 (BAD_INDENT): put values with special characters in quotes",
    "error The web config is invalid and the previous one stays in use: it cannot be read (ENOENT)",
    "info The web config was reloaded",
  ]);
});

test("a certificate and its key may arrive one after the other", async () => {
  const { good, otherName } = await createServerCertificates();
  const yaml = "tls_server_config: { cert_file: tls.crt, key_file: tls.key }";
  const [cert, key] = ["/etc/web/tls.crt", "/etc/web/tls.key"];
  const { write, live, results } = open({ [path]: yaml, [cert]: good.certificate, [key]: good.key });
  write(cert, otherName.certificate);
  expect(live.current().tls?.context.cert).toBe(good.certificate);
  write(key, otherName.key);
  expect(live.current().tls?.context).toMatchObject({ cert: otherName.certificate, key: otherName.key });
  expect(results).toEqual([true, false, true]);

  write(path, burst(1));
  expect(live.current().tls).toBeDefined();
  write(path, yaml.replace(" }", ", client_auth_type: RequireAnyClientCert }"));
  expect(live.current().tls?.clientAuth).toBe("NoClientCert");
  expect(results).toEqual([true, false, true, false, false]);
});

test("a web config that is wrong at the start is an error", () => {
  expect(() => open({})).toThrow("WEB_CONFIG_FILE: it cannot be read (ENOENT)");
});
