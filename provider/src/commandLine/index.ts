export { exitCodeHelp, parseCommandLine, ProgramError, UsageError } from "./commandLine";
export type { CommandLine } from "./commandLine";
export { choiceOption, textOption, textsOption, wholeNumberOption } from "./options";
export { runProgram } from "../system/runProgram";
