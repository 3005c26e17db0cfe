import { Agent, request } from "node:http";
import { gunzipSync } from "node:zlib";

const agent = new Agent({ keepAlive: true });

/** One scrape as Prometheus does it: over a kept connection, compressed. */
export interface Scraped {
  /** From the request to the last byte. */
  readonly ms: number;
  readonly text: string;
}

export function scrape(url: string): Promise<Scraped> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const headers = { "Accept-Encoding": "gzip", "X-Prometheus-Scrape-Timeout-Seconds": "60" };
    request(`${url}/metrics`, { agent, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject);
      answer.on("end", () => {
        const ms = performance.now() - start;
        const body = Buffer.concat(chunks);
        const text = (answer.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString();
        if (answer.statusCode === 200) resolve({ ms, text });
        else reject(new Error(`/metrics answered ${answer.statusCode ?? 0}: ${text}`));
      });
    })
      .on("error", reject)
      .end();
  });
}
