import { expect, test } from "vitest";
import { openWebConfig } from "../../../../exporter/src/webConfig/liveWebConfig";
import { createServerCertificates } from "../../../support/serverCertificates";
import { createInstantClock } from "../../../support/instantClock";

const path = "/etc/web/web.yml";
const burst = (count: number): string => `rate_limit: { interval: 1s, burst: ${count} }`;

/** Files in memory; every `write` changes the stamp. */
function memoryFiles(initial: Readonly<Record<string, string>>) {
  const contents = new Map(Object.entries(initial));
  const versions = new Map<string, number>();
  let reads = 0;
  return {
    reads: () => reads,
    write(file: string, text: string | undefined) {
      if (text === undefined) contents.delete(file);
      else contents.set(file, text);
      versions.set(file, (versions.get(file) ?? 0) + 1);
    },
    read(file: string): string {
      reads++;
      const text = contents.get(file);
      if (text === undefined) throw Object.assign(new Error(file), { code: "ENOENT" });
      return text;
    },
    stamp: (file: string) => (contents.has(file) ? String(versions.get(file) ?? 0) : "absent"),
  };
}

function open(initial: Readonly<Record<string, string>>) {
  const files = memoryFiles(initial);
  const lines: string[] = [];
  const read: boolean[] = [];
  const live = openWebConfig({
    path,
    files,
    clock: createInstantClock(),
    log: (level, message) => lines.push(`${level} ${message}`),
    onRead: (isGood) => read.push(isGood),
  });
  return { files, lines, read, live };
}

test("a web config is read when it changes, and only then", () => {
  const { files, lines, read, live } = open({ [path]: burst(1) });
  const first = live.current();
  expect(live.current()).toBe(first);
  expect(files.reads()).toBe(1);
  files.write(path, burst(1));
  expect(live.current()).toBe(first);
  expect([files.reads(), lines]).toEqual([2, []]);
  files.write(path, burst(2));
  expect(live.current().rateLimit?.burst).toBe(2);
  expect([read, lines]).toEqual([[true, true], ["info The web config was reloaded"]]);
});

test("a broken web config leaves the previous one in use, is logged once, and is repaired by the next change", () => {
  const { files, lines, read, live } = open({ [path]: burst(1) });
  files.write(path, "canary: [");
  expect(live.current().rateLimit?.burst).toBe(1);
  files.write(path, "canary: [");
  live.current();
  files.write(path, undefined);
  expect(live.current().rateLimit?.burst).toBe(1);
  files.write(path, burst(1));
  expect(live.current().rateLimit?.burst).toBe(1);
  expect(read).toEqual([true, false, false, true]);
  expect(lines).toEqual([
    "error The web config is invalid and the previous one stays in use: line 1, column 10: is not valid YAML (BAD_INDENT)",
    "error The web config is invalid and the previous one stays in use: it cannot be read (ENOENT)",
    "info The web config was reloaded",
  ]);
});

test("a certificate and its key may arrive one after the other", async () => {
  const { good, otherName } = await createServerCertificates();
  const yaml = "tls_server_config: { cert_file: tls.crt, key_file: tls.key }";
  const [cert, key] = ["/etc/web/tls.crt", "/etc/web/tls.key"];
  const { files, live, read } = open({ [path]: yaml, [cert]: good.certificate, [key]: good.key });
  files.write(cert, otherName.certificate);
  expect(live.current().tls?.context.cert).toBe(good.certificate);
  files.write(key, otherName.key);
  expect(live.current().tls?.context).toMatchObject({ cert: otherName.certificate, key: otherName.key });
  expect(read).toEqual([true, false, true]);

  files.write(path, burst(1));
  expect(live.current().tls).toBeDefined();
  files.write(path, yaml.replace(" }", ", client_auth_type: RequireAnyClientCert }"));
  expect(live.current().tls?.clientAuth).toBe("NoClientCert");
  expect(read).toEqual([true, false, true, false, false]);
});

test("a web config that is wrong at the start is an error", () => {
  expect(() => open({})).toThrow("WEB_CONFIG_FILE: it cannot be read (ENOENT)");
});
