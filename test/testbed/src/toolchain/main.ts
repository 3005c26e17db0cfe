import { prepareTools } from "./prepareTools";

prepareTools({ say: console.log }).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
