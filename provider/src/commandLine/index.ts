export { exitCodeHelp, parseCommandLine, ProgramError, UsageError } from "./commandLine";
export type { CommandLine } from "./commandLine";
export { choiceOption, textOption, wholeNumberOption } from "./options";
export { runProgram } from "./runProgram";
