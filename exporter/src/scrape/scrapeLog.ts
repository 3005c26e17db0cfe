import { isLoginRefusal, NeuVectorError, type CertificateInfo, type Log } from "@fedjoin/provider/internal/neuvector";
import type { CollectorResult } from "./scraper";
import { tlsAdvice } from "../values/tlsSettings";

/** Says what changed from one scrape to the next: a failure once, not with every scrape. */
export interface ScrapeLog {
  record(results: readonly CollectorResult[]): void;
}

/** Who is scraped, as a log says it. */
export interface ScrapeSubject {
  /** Begins a sentence. */
  readonly name: string;
  /** What to say of a refused certificate. */
  readonly tlsAdvice: (error: NeuVectorError, certificate: CertificateInfo) => string;
}

const theController: ScrapeSubject = {
  name: "The controller",
  tlsAdvice: (error, certificate) => tlsAdvice("CTRL_", error, certificate),
};

/** A log of the failures at a controller. */
export function createScrapeLog(log: Log, { name, tlsAdvice: advise } = theController): ScrapeLog {
  let before: ReadonlyMap<string, string> = new Map();
  const advised = new Set<string>();

  const describe = (error: unknown): string => {
    if (!(error instanceof NeuVectorError)) return `unexpected error ${String(error)}`;
    // The account's own line has said why, and until when nobody logs in.
    if (isLoginRefusal(error)) return `no login (${error.kind})`;
    const { certificate } = error;
    if (certificate === undefined) return error.message;
    // Its hint names the settings of a FedJoin, and the advice for this certificate has been given.
    if (advised.has(certificate.fingerprint)) return error.summary;
    advised.add(certificate.fingerprint);
    return advise(error, certificate);
  };

  return {
    record(results) {
      const now = new Map(results.map((result) => [result.collector, signatureOf(result)] as const));
      const changed = results.filter(({ collector }) => (before.get(collector) ?? works) !== now.get(collector));
      // A scrape of some groups says nothing of the others.
      before = new Map([...before, ...now]);
      const [first] = changed;
      if (first === undefined) return;
      const isCommon = changed.length === results.length && new Set(now.values()).size === 1;
      for (const result of isCommon ? [first] : changed) {
        const subject = isCommon
          ? name
          : `Collector ${result.collector}${name === theController.name ? "" : ` of ${name}`}`;
        const fields = isCommon ? {} : { collector: result.collector };
        if (result.error !== undefined) log("warn", `${subject} gave no data: ${describe(result.error)}`, fields);
        else log("info", `${subject} gives data again`, fields);
      }
    },
  };
}

const works = "";

/** Equal for failures that a person would call the same. */
function signatureOf(result: CollectorResult): string {
  if (result.error === undefined) return works;
  if (!(result.error instanceof NeuVectorError)) return "unexpected";
  return `${result.error.kind} ${result.error.certificate?.fingerprint ?? ""}`;
}
