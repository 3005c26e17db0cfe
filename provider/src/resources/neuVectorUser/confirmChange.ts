import { isCancelled, NeuVectorError } from "../../errors/neuVectorError";
import { isOutcomeUnknown } from "../../federation/unknownOutcome";

/**
 * Carries a change out. A failure that does not tell its outcome, or that somebody else's same change causes, is success
 * when `isDone`, asked afterwards, says so.
 * @throws The failure, also when nobody can say.
 */
export async function confirmChange(change: () => Promise<void>, isDone: () => Promise<boolean>): Promise<void> {
  try {
    await change();
  } catch (error) {
    const isOpen = isOutcomeUnknown(error) || (error instanceof NeuVectorError && error.kind === "user_exists");
    if (!isOpen || !(await isDone().catch(falseIfNotCancelled))) throw error;
  }
}

function falseIfNotCancelled(error: unknown): false {
  if (isCancelled(error)) throw error;
  return false;
}
