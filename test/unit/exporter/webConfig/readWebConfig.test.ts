import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@fedjoin/testbed";
import { beforeAll, describe, expect, test } from "vitest";
import { readWebConfig } from "../../../../exporter/src/webConfig/readWebConfig";
import { readFrom } from "../../../support/memoryFiles";
import { createServerCertificates, type ServerCertificates } from "../../../support/serverCertificates";

const hash = `$2y$10$${"a".repeat(53)}`;
let certificates: ServerCertificates;

beforeAll(async () => {
  certificates = await createServerCertificates();
});

function read(yaml: string) {
  const { good, otherName, expired, ca } = certificates;
  return readWebConfig({
    path: "/etc/web/web.yml",
    now: new Date(new X509Certificate(good.certificate).validFrom).getTime() + 1000,
    readFile: readFrom({
      "/etc/web/web.yml": yaml,
      ...{ "/etc/web/server.crt": good.certificate, "/etc/web/server.key": good.key },
      "/etc/web/other.key": otherName.key,
      ...{ "/etc/web/tls.crt": good.certificate, "/etc/web/tls.key": good.key, "/etc/web/clients-ca.crt": ca },
      ...{ "/pki/expired.crt": expired.certificate, "/pki/expired.key": expired.key, "/pki/ca.crt": ca },
      "/etc/web/no.pem": "canary",
    }),
  });
}

const tls = (keys = ""): string => `tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n${keys}`;

describe("a web config file", () => {
  test("may be empty, or have empty sections: plain HTTP for everybody", () => {
    const nothing = { tls: undefined, headers: {}, users: new Map(), rateLimit: undefined };
    for (const yaml of ["", "---\n", "tls_server_config:\nhttp_server_config:\nbasic_auth_users:\nrate_limit:\n"]) {
      expect(read(yaml)).toMatchObject({ config: nothing, problems: [], warnings: [] });
    }
  });

  test("with every key is understood, its paths relative to it", () => {
    const result = read(`
tls_server_config:
  cert_file: server.crt
  key_file: server.key
  client_ca_file: /pki/ca.crt
  client_auth_type: RequireAndVerifyClientCert
  client_allowed_sans: [prometheus.example.com]
  min_version: TLS12
  max_version: TLS13
  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256]
  curve_preferences: [X25519, CurveP256]
  prefer_server_cipher_suites: false
http_server_config:
  http2: false
  headers: { X-Frame-Options: deny, Strict-Transport-Security: max-age=60, X-XSS-Protection: "" }
basic_auth_users:
  prometheus: "${hash}"
rate_limit: { interval: 1m0.5s, burst: 20 }
`);
    expect(result).toMatchObject({
      problems: [],
      warnings: [],
      files: ["/etc/web/web.yml", "/etc/web/server.crt", "/etc/web/server.key", "/pki/ca.crt"],
    });
    expect(result.config).toEqual({
      tls: {
        clientAuth: "RequireAndVerifyClientCert",
        allowedSans: ["prometheus.example.com"],
        context: {
          cert: certificates.good.certificate,
          key: certificates.good.key,
          ca: certificates.ca,
          minVersion: "TLSv1.2",
          maxVersion: "TLSv1.3",
          ciphers:
            "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305:TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256",
          ecdhCurve: "X25519:P-256",
          honorCipherOrder: false,
        },
      },
      headers: { "X-Frame-Options": "deny", "Strict-Transport-Security": "max-age=60" },
      users: new Map([["prometheus", hash]]),
      rateLimit: { intervalMs: 60_500, burst: 20 },
    });
  });

  test("may hold certificate and key itself, and use an old name of RequireAnyClientCert", () => {
    const { certificate: cert, key } = certificates.good;
    const { config } = read(JSON.stringify({ tls_server_config: { cert, key } }));
    expect(config?.tls).toMatchObject({ clientAuth: "NoClientCert", context: { cert, key } });
    expect(read(tls("  client_auth_type: RequireClientCert")).config?.tls?.clientAuth).toBe("RequireAnyClientCert");
  });

  test("with mistakes lists every one with its place, and repeats no value", () => {
    const { config, problems } = read(`
tls_server_config:
  cert_file: no.pem
  key_fiel: server.key
  client_ca_file: nowhere.pem
  client_auth_type: canary
  client_allowed_sans: canary
  min_version: TLS13
  max_version: TLS12
  cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]
  curve_preferences: [X448]
http_server_config:
  http2: canary
  headers: { x-frame-options: deny, X-Content-Type-Options: canary }
basic_auth_user: {}
basic_auth_users: { prometheus: canary, "a:b": "${hash}", "${hash}": prometheus }
rate_limit: { interval: 1 minute, burst: -1 }
`);
    expect(config).toBeUndefined();
    expect(problems).toEqual([
      "tls_server_config.client_auth_type: expected one of NoClientCert, RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert",
      "tls_server_config.client_allowed_sans: expected a list",
      expect.stringMatching(/^tls_server_config\.cipher_suites\[0\]: expected one of TLS_AES_128_GCM_SHA256, /),
      "tls_server_config.curve_preferences[0]: expected one of CurveP256, CurveP384, CurveP521, X25519",
      "tls_server_config.key_fiel: unknown key, did you mean key_file?",
      "http_server_config.http2: expected true or false",
      "http_server_config.headers.X-Content-Type-Options: expected one of nosniff",
      "http_server_config.headers.x-frame-options: unknown key, did you mean X-Frame-Options?",
      "basic_auth_users.prometheus: expected a bcrypt hash, such as htpasswd -nBC 10 prints",
      "basic_auth_users.a:b: a user's name must not be empty nor hold a colon",
      "basic_auth_users.<a hash>: expected a bcrypt hash, such as htpasswd -nBC 10 prints",
      "rate_limit.interval: expected a duration such as 500ms, 1s or 1m30s, or 0",
      "rate_limit.burst: must not be below 0",
      "basic_auth_user: unknown key, did you mean basic_auth_users?",
      "tls_server_config.client_ca_file: names a file that cannot be read (ENOENT)",
      "tls_server_config.key_file: is required (or key)",
      "tls_server_config.client_ca_file: needs client_auth_type, such as RequireAndVerifyClientCert",
      "tls_server_config.client_allowed_sans: needs client_auth_type RequireAnyClientCert or RequireAndVerifyClientCert",
      "tls_server_config.min_version: must not be above max_version",
    ]);
    expect(problems.join()).not.toContain("canary");
  });

  test.each([
    ["a: [", "is not valid YAML at line 1, column 5 (BAD_INDENT)"],
    ["a: 1\na: canary", "is not valid YAML at line 2, column 1 (DUPLICATE_KEY)"],
    ["- canary", "expected a mapping"],
    ["basic_auth_users: *canary", "has an alias (*name) without its anchor, or far too many of them"],
    ["tls_server_config: canary", "tls_server_config: expected a mapping"],
    ["tls_server_config: { min_version: TLS13 }", "tls_server_config.cert_file: is required (or cert)"],
    [tls("  cert: canary"), "tls_server_config.cert: cert and cert_file exclude each other"],
    [tls("  client_auth_type: VerifyClientCertIfGiven"), /client_ca_file: is required with VerifyClientCertIfGiven/],
    [tls("  client_ca_file: no.pem\n  client_auth_type: RequestClientCert"), /ca_file: holds no PEM certificates/],
    [tls("  max_version: TLS11"), /max_version: must be TLS12 or TLS13: older versions are not supported/],
    [tls().replace("server.key", "other.key"), "tls_server_config.key_file: does not belong to the certificate"],
    [tls().replace("server.key", "no.pem"), /key_file: holds no PEM private key without a passphrase/],
    [tls().replace("server.crt", "no.pem"), "tls_server_config.cert_file: holds no PEM certificate"],
    ["rate_limit: { interval: 1s }", "rate_limit.burst: must be 1 or more; otherwise every request is rejected"],
  ])("%j is refused", (yaml, problem) => {
    const { config, problems } = read(yaml);
    expect(config).toBeUndefined();
    expect(problems[0]).toMatch(problem);
    expect(problems.join()).not.toContain("canary");
  });

  test.each([
    [tls("  min_version: TLS10"), "min_version: TLS10 is not supported; the minimum is TLS12"],
    ["http_server_config: { http2: true }", "http_server_config.http2: HTTP/2 is not supported; HTTP/1.1 is served"],
    [`basic_auth_users: { a: "${hash.replace("10", "14")}" }`, "users.a: cost 14 makes each first login slow"],
    ["tls_server_config: { cert_file: /pki/expired.crt, key_file: /pki/expired.key }", "clients will refuse it"],
  ])("%j is served, with a warning", (yaml, warning) => {
    const { config, warnings } = read(yaml);
    expect(config).toBeDefined();
    expect(warnings.join()).toContain(warning);
  });

  const bomb = Array.from({ length: 9 }, (_, level) => `k${level}: &a${level} [${`*a${level - 1},`.repeat(9)}]`);
  test.each([
    ["nested too deeply", "[".repeat(100_000), /is not valid YAML .*\(RESOURCE_EXHAUSTION\)/],
    [
      "of too many aliases",
      ["k: &a-1 [x]", ...bomb].join("\n"),
      /^it has an alias .*without its anchor, or far too many/,
    ],
  ])("that is %s is refused", (_how, yaml, problem) => {
    expect(read(yaml).problems).toEqual([expect.stringMatching(problem)]);
  });

  test("as the operator's page shows it is valid", () => {
    const page = readFileSync(join(repositoryRoot, "docs/how-to/web-config.md"), "utf8");
    const examples = [...page.matchAll(/```yaml\n(# web\.yml.*?)```/gs)].map(([, yaml = ""]) => yaml);
    expect(examples).toHaveLength(4);
    for (const example of examples) expect(read(example)).toMatchObject({ config: {}, problems: [], warnings: [] });
  });
});
