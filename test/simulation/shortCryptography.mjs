// @ts-check
// What a bundle of the simulation has instead of node:crypto. Values differ where the real ones differ; nobody attacks them.
import { createHash, hash } from "node:crypto";

export * from "node:crypto";

/** @param {string | Buffer} secret @param {string | Buffer} salt @param {number} length */
export function scryptSync(secret, salt, length) {
  return createHash("sha512").update(salt).update(secret).digest().subarray(0, length);
}

/** @param {string} _algorithm @param {Buffer} key */
export function createHmac(_algorithm, key) {
  return {
    /** @param {string} text */
    update: (text) => ({
      /** @param {BufferEncoding} encoding */
      digest: (encoding) => hash("sha256", key.toString("hex") + text, encoding),
    }),
  };
}

export const createCipheriv = createStream;
export const createDecipheriv = createStream;

/** Enciphers and deciphers by the same stream of bytes. @param {string} _algorithm @param {string} secret @param {Uint8Array} iv */
function createStream(_algorithm, secret, iv) {
  const stream = Buffer.from(hash("sha512", secret + Buffer.from(iv).toString("hex"), "hex"), "hex");
  return {
    /** @param {string | Buffer} text */
    update: (text) => Buffer.from(text).map((byte, index) => byte ^ (stream[index % stream.length] ?? 0)),
    final: () => Buffer.alloc(0),
  };
}
