// @ts-check

/**
 * Mutants that no test can kill, by the line that they change, without its indentation.
 * @type {readonly { file: string, line: string, replacement: string, reason: string }[]}
 */
export const survivors = [];
