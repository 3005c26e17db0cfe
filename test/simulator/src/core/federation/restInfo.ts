import { Refusal } from "../errors";
import type { RestInfo } from "../state";

/** The controller checks no more than this (rest-api.md#who-calls-whom). */
export function isValidRest({ server, port }: RestInfo): boolean {
  return server !== "" && port !== 0;
}

/** The given address, else the remembered one. @throws {Refusal} 400/6 when neither is complete. */
export function chooseRest(given: RestInfo | null | undefined, remembered: RestInfo): RestInfo {
  const chosen = given ?? remembered;
  if (!isValidRest(chosen)) throw new Refusal(400, 6);
  return { server: chosen.server, port: chosen.port };
}

/** @throws {Refusal} 400/6 for any proxy choice but these two. */
export function requireProxyChoice(choice: string): void {
  if (choice !== "" && choice !== "https") throw new Refusal(400, 6);
}
