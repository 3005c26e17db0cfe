import { Secret } from "@fedjoin/provider/values";

/**
 * A secret that is reread at each use, so that a login uses the current content of its file. While the file is
 * unreadable or invalid (`read` gives `undefined`), the last valid value is used.
 */
export function followedSecret(first: Secret, read: () => Secret | undefined): Secret {
  let last = first;
  return new Secret(() => {
    last = read() ?? last;
    return last.reveal();
  });
}
