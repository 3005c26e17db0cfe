/** A request as a page sees it. */
export interface PageRequest {
  /** Decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The first value of a header; its name in lower case. */
  readonly header: (name: string) => string | undefined;
  /** Aborts when the client goes away before it has its answer. */
  readonly signal: AbortSignal;
}

/** A long text, piece by piece as it is made. */
export type Chunks = AsyncGenerator<Uint8Array>;

export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array | Chunks;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Page {
  /** GET by default; HEAD goes with GET. */
  readonly methods?: readonly ("GET" | "POST" | "PUT")[];
  /** Counts against the limit of scrapes at once; a HEAD is answered without running it. */
  readonly isScrape?: true;
  respond(request: PageRequest): Promise<Reply> | Reply;
}

/** A line of plain text. */
export const textReply = (status: number, line: string, headers?: Readonly<Record<string, string>>): Reply => ({
  status,
  contentType: "text/plain; charset=utf-8",
  body: `${line}\n`,
  ...(headers && { headers }),
});
