/** A request as passed to a page. */
export interface PageRequest {
  /** Decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The first value of a header, by lower-case name. */
  readonly header: (name: string) => string | undefined;
  /** Aborts if the client disconnects before the reply is sent. */
  readonly signal: AbortSignal;
}

/** A long body, in chunks as they are produced. */
export type Chunks = AsyncGenerator<Uint8Array>;

export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array | Chunks;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Page {
  /** Default: GET. HEAD is allowed wherever GET is. */
  readonly methods?: readonly ("GET" | "POST" | "PUT")[];
  /** Counts towards the limit of concurrent scrapes; HEAD requests are answered without running it. */
  readonly isScrape?: true;
  respond(request: PageRequest): Promise<Reply> | Reply;
}

/** A reply with one line of plain text. */
export const textReply = (status: number, line: string, headers?: Readonly<Record<string, string>>): Reply => ({
  status,
  contentType: "text/plain; charset=utf-8",
  body: `${line}\n`,
  ...(headers && { headers }),
});
