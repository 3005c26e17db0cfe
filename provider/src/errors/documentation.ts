/** The address of this version's pages in the repository, written by `npm run docs` from the root package.json. */
export const documentationBase = "https://github.com/fedjoin/fedjoin/blob/v0.1.0/";
