import { Secret } from "@fedjoin/provider";

/**
 * A secret that is read again whenever it is asked for, so that a login uses what its file holds by then. While the file
 * cannot be read or holds something else (`read` gives `undefined`), the last good value stays.
 */
export function followedSecret(first: Secret, read: () => Secret | undefined): Secret {
  let last = first;
  return new Secret(() => {
    last = read() ?? last;
    return last.reveal();
  });
}
