import type { Credentials } from "@fedjoin/provider/internal/neuvector";
import {
  InvalidTextError,
  isProxySetting,
  Secret,
  secretLine,
  type TlsSettings,
} from "@fedjoin/provider/internal/values";
import { dirname, resolve } from "node:path";
import { readText, rereadableSecret, type FileSources, type FileText } from "../values/fileText";
import { apiKey, certificates } from "../values/textSchemas";
import { at, type ModuleEntry, type TlsEntry } from "./targetsFile";

type Where = readonly PropertyKey[];

/** Resolves the references of a configuration file and collects problems; `where` is the place in that file. */
export interface References {
  problem(where: Where, message: string): void;
  /** The text of a non-empty file, without trailing line breaks. */
  text(where: Where, path: string): string | undefined;
  tls(where: Where, entry: TlsEntry | undefined): TlsSettings;
  /** The proxy whose URL is in `file`; `undefined` if none is given. */
  proxy(where: Where, file: string | undefined): Secret | undefined;
  /** `undefined` if none are given. */
  credentials(where: Where, entry: ModuleEntry): Credentials | undefined;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** A resolver for the file at `path`; relative paths start at its folder. */
export function createReferences(path: string, { env, readFile }: FileSources): References {
  const problems: string[] = [];
  const warnings: string[] = [];

  const problem = (where: Where, message: string): void => {
    problems.push(at(where, message));
  };

  const text = (where: Where, given: string): string | undefined => {
    return valueOf(where, readText(readFile, resolve(dirname(path), given)));
  };

  const valueOf = (where: Where, read: FileText): string | undefined => {
    if ("value" in read) return read.value;
    problem(where, `names a file that ${read.problem}`);
    return undefined;
  };

  /** Reads a secret from a file. */
  const inFile = (file: string) => readText(readFile, resolve(dirname(path), file), secretLine);

  /** A secret that is reread at each use if it is in a file; an invalid new value is ignored. */
  const reread = (first: string, file: string | undefined, isValid: (text: string) => boolean = () => true): Secret => {
    if (file === undefined) return new Secret(first);
    return rereadableSecret(new Secret(first), () => {
      const read = inFile(file);
      return "value" in read && isValid(read.value) ? new Secret(read.value) : undefined;
    });
  };

  const secret = (where: Where, entry: ModuleEntry, name: "password" | "apikey"): string | undefined => {
    const [file, variable] = [entry[`${name}_file`], entry[`${name}_env`]];
    if (file !== undefined) {
      return valueOf([...where, `${name}_file`], inFile(file));
    }
    if (variable === undefined) return undefined;
    const there = [...where, `${name}_env`];
    try {
      const value = secretLine(env[variable] ?? "");
      if (value !== "") return value;
      problem(there, "names a variable that is not set");
    } catch (error) {
      if (!(error instanceof InvalidTextError)) throw error;
      problem(there, `names a variable that ${error.message}`);
    }
    return undefined;
  };

  return {
    problem,
    text,
    tls(where, entry) {
      if (entry === undefined) return { verify: true };
      const { ca_file, server_name, fingerprint, verify } = entry;
      if (!verify) warnings.push(at(where, "verify: false accepts any certificate, so passwords can be intercepted"));
      const ca = ca_file === undefined ? undefined : text([...where, "ca_file"], ca_file);
      if (ca !== undefined && !certificates().safeParse(ca).success) {
        problem([...where, "ca_file"], "must name a file of PEM certificates");
      }
      return { ca, serverName: server_name, fingerprint, verify };
    },
    proxy(where, file) {
      const there = [...where, "proxy_file"];
      const first = file === undefined ? undefined : valueOf(there, inFile(file));
      if (first === undefined) return undefined;
      if (isProxySetting(first)) return reread(first, file, isProxySetting);
      problem(there, "must name a file that holds the URL of a proxy, such as http://proxy.example:3128");
      return undefined;
    },
    credentials(where, entry) {
      const key = secret(where, entry, "apikey");
      if (key !== undefined) {
        const checked = apiKey().safeParse(key);
        if (checked.success) {
          const isKey = (text: string): boolean => apiKey().safeParse(text).success;
          return { kind: "apiKey", key: reread(key, entry.apikey_file, isKey) };
        }
        const name = entry.apikey_file === undefined ? "apikey_env" : "apikey_file";
        problem([...where, name], "must name an API key of the form name:secret");
        return undefined;
      }
      const password = secret(where, entry, "password");
      if (password === undefined) return undefined;
      return { kind: "user", username: entry.username ?? "admin", password: reread(password, entry.password_file) };
    },
    problems,
    warnings,
  };
}
