import { NeuVectorError, type Api } from "@fedjoin/provider/internal/neuvector";
import { answerTo, responsesFor } from "../bench/responses";
import { sizes, type SizeName } from "../bench/sizes";

/** A session with a controller of this size, in memory. */
export function sessionOfSize(size: SizeName): Api {
  const answers = responsesFor(sizes[size]);
  return {
    call({ path, sink }) {
      const { pathname, searchParams } = new URL(path, "https://controller");
      const answer = answers.get(pathname);
      if (answer === undefined) {
        return Promise.reject(new NeuVectorError("not_found", path, { status: 404, code: 1 }));
      }
      const body = answerTo(answer, searchParams);
      sink?.(Buffer.from(JSON.stringify(body)));
      return Promise.resolve(sink === undefined ? body : undefined);
    },
  };
}
