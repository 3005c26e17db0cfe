import { textOption, UsageError } from "@fedjoin/provider/internal/commandLine";

/** `--stack`, which becomes part of a file name. */
export const stackOption = (description: string) =>
  textOption("--stack <name>", description)
    .argParser((text) => {
      if (!/^[\w.-]+$/.test(text) || text.startsWith("-")) {
        throw new UsageError("--stack: expected letters, digits, hyphens, dots or underscores");
      }
      return text;
    })
    .makeOptionMandatory();

/** `--cwd`, where the program is not the current folder. */
export const folderOption = () =>
  textOption("--cwd <folder>", "the folder of Pulumi.yaml").default(".", "the current folder");
