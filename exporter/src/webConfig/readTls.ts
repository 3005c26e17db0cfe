import { describeReadError, systemErrorCode } from "@fedjoin/provider/internal/values";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import type * as z from "zod";
import { tlsSchema } from "./schema";
import { at, opensslCipherList, opensslCurveList, readVersions } from "./tlsOptions";
import type { ClientAuth, WebTls } from "./webConfig";

interface TlsReading {
  /** `undefined` if the section is missing or invalid. */
  readonly tls: WebTls | undefined;
  /** With their place in the file, without what the schema already reports. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Reads the section `tls_server_config` and the files it names. Keys are validated one by one, so that one wrong key hides no other problem. */
export function readTls(section: unknown, read: (file: string) => string, now: number): TlsReading {
  if (section === undefined || typeof section !== "object" || section === null) {
    return { tls: undefined, problems: [], warnings: [] };
  }
  const keys = new Map<string, unknown>(Object.entries(section));
  if (keys.size === 0) return { tls: undefined, problems: [], warnings: [] };
  const { shape } = tlsSchema;
  const valid = <T>(schema: z.ZodType<T>, key: string): T | undefined => schema.safeParse(keys.get(key)).data;

  const problems: string[] = [];
  const warnings: string[] = [];
  const pem = (name: "cert" | "key" | "client_ca"): string | undefined => {
    const inline = valid(shape[name], name);
    const file = valid(shape[`${name}_file`], `${name}_file`);
    if (inline !== undefined && file !== undefined)
      problems.push(at(name, `${name} and ${name}_file exclude each other`));
    if (file === undefined) return inline;
    try {
      return read(file);
    } catch (error) {
      problems.push(at(`${name}_file`, `names a file that cannot be read (${describeReadError(error)})`));
      return undefined;
    }
  };
  const shown = (name: string): string => (keys.has(name) ? name : `${name}_file`);
  const isGiven = (name: string): boolean => keys.has(name) || keys.has(`${name}_file`);

  const [cert, key, ca] = [pem("cert"), pem("key"), pem("client_ca")];
  for (const name of ["cert", "key"]) {
    if (!isGiven(name)) problems.push(at(`${name}_file`, `is required (or ${name})`));
  }
  if (cert !== undefined && key !== undefined) {
    const pair = checkPair(cert, key, now);
    problems.push(...pair.problems.map(([name, message]) => at(shown(name), message)));
    warnings.push(...pair.warnings.map((message) => at(shown("cert"), message)));
  }
  if (ca !== undefined && !areCertificates(ca)) problems.push(at(shown("client_ca"), "holds no PEM certificates"));

  const clientAuth: ClientAuth = valid(shape.client_auth_type, "client_auth_type") ?? "NoClientCert";
  const allowedSans = valid(shape.client_allowed_sans, "client_allowed_sans");
  problems.push(...clientProblems(clientAuth, isGiven("client_ca"), keys.has("client_allowed_sans")));

  const versions = readVersions(valid(shape.min_version, "min_version"), valid(shape.max_version, "max_version"));
  problems.push(...versions.problems);
  warnings.push(...versions.warnings);

  const ciphers = valid(shape.cipher_suites, "cipher_suites");
  const curves = valid(shape.curve_preferences, "curve_preferences");
  const context: SecureContextOptions = {
    cert,
    key,
    ca,
    ...versions.context,
    ...(ciphers !== undefined && ciphers.length > 0 && { ciphers: opensslCipherList(ciphers) }),
    ...(curves !== undefined && curves.length > 0 && { ecdhCurve: opensslCurveList(curves) }),
    honorCipherOrder: valid(shape.prefer_server_cipher_suites, "prefer_server_cipher_suites") ?? true,
  };
  if (problems.length === 0) problems.push(...contextProblems(context));
  const tls = problems.length === 0 && cert !== undefined ? { context, clientAuth, allowedSans } : undefined;
  return { tls, problems, warnings };
}

interface PairCheck {
  readonly problems: readonly (readonly ["cert" | "key", string])[];
  readonly warnings: readonly string[];
}

function checkPair(cert: string, key: string, now: number): PairCheck {
  const certificate = attempt(() => new X509Certificate(cert));
  const privateKey = attempt(() => createPrivateKey(key));
  const problems: (readonly ["cert" | "key", string])[] = [];
  if (certificate === undefined) problems.push(["cert", "holds no PEM certificate"]);
  if (privateKey === undefined) problems.push(["key", "holds no PEM private key without a passphrase"]);
  if (certificate === undefined || privateKey === undefined) return { problems, warnings: [] };
  if (!certificate.checkPrivateKey(privateKey)) problems.push(["key", "does not belong to the certificate"]);
  const { validFromDate, validToDate } = certificate;
  const isOutOfDate = now < validFromDate.getTime() || now > validToDate.getTime();
  const dates = `valid from ${validFromDate.toISOString()} to ${validToDate.toISOString()}`;
  return { problems, warnings: isOutOfDate ? [`the certificate is ${dates}: clients will refuse it`] : [] };
}

function areCertificates(pem: string): boolean {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.length > 0 && blocks.every((block) => attempt(() => new X509Certificate(block)) !== undefined);
}

function clientProblems(clientAuth: ClientAuth, hasCa: boolean, hasSans: boolean): string[] {
  const problems: string[] = [];
  if (hasCa && clientAuth === "NoClientCert") {
    problems.push(at("client_ca_file", "needs client_auth_type, such as RequireAndVerifyClientCert"));
  }
  if (!hasCa && (clientAuth === "VerifyClientCertIfGiven" || clientAuth === "RequireAndVerifyClientCert")) {
    problems.push(at("client_ca_file", `is required with ${clientAuth}; otherwise any public CA would be accepted`));
  }
  if (hasSans && !clientAuth.startsWith("Require")) {
    problems.push(
      at("client_allowed_sans", "needs client_auth_type RequireAnyClientCert or RequireAndVerifyClientCert"),
    );
  }
  return problems;
}

/** Problems that OpenSSL itself reports, such as a weak key. Its messages contain no values. */
function contextProblems(context: SecureContextOptions): string[] {
  try {
    createSecureContext(context);
    return [];
  } catch (error) {
    return [`tls_server_config: OpenSSL refuses it (${systemErrorCode(error)})`];
  }
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
