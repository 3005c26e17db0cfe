import { createUser, deleteUser, getUser, setUserPassword, setUserRole } from "../controller/client";
import type { Session } from "../controller/session";
import { NeuVectorError } from "../errors";
import { withoutAbsent, type InputProblem } from "../fedJoin/checkInputs";
import { credentialsOf } from "../fedJoin/declaredSecrets";
import type { DiffResult } from "../fedJoin/diff";
import { targetAt } from "../fedJoin/parties";
import type { LifecycleParts } from "../fedJoin/parts";
import type { Stored } from "../fedJoin/state";
import { withHolders } from "../fedJoin/withHolders";
import { formatAddress } from "../ports";
import type { Secret } from "../secret";
import { valueOrReferred } from "../secretSource";
import { diffUser } from "./diff";
import { ownedUser } from "./ownedUser";
import { parseUserInputs, type UserInputs } from "./inputs";
import { lookAtUser } from "./lookAtUser";
import { unlessDone } from "./unlessDone";
import { storedUser, toStoredUser } from "./state";
import { adoptionObstacle, userSteps, type UserStep } from "./userSteps";

/** The life of a NeuVectorUser as Pulumi's engine drives it; satisfies `pulumi.dynamic.ResourceProvider`. */
export interface UserLifecycle {
  /** Every wrong input at once; the inputs come back without those that are `null`. Sends nothing. */
  check(olds: Stored, news: Stored): Promise<{ inputs: Stored; failures: InputProblem[] }>;
  /** See `diffUser`. Sends nothing. */
  diff(id: string, stored: Stored, news: Stored): Promise<DiffResult>;
  /** Creates, or adopts a user that has the declared role and password already. @throws NeuVectorError user_exists for any other. */
  create(news: Stored): Promise<{ id: string; outs: Record<string, unknown> }>;
  /** Role and status as found; `{}` when the user is gone. */
  read(id: string, stored: Stored): Promise<{ id?: string; props?: Record<string, unknown> }>;
  /** Makes the user what is declared: sets what differs, and creates one that is gone. */
  update(id: string, stored: Stored, news: Stored): Promise<{ outs: Record<string, unknown> }>;
  /** Deletes the user and ends its sessions; already gone is success, and so is a user that another resource of the run owns. */
  delete(id: string, stored: Stored): Promise<void>;
}

type UserParts = Pick<LifecycleParts, "ports" | "sessions" | "secrets" | "signal">;

/** The lifecycle over the given parts. Every error is a NeuVectorError. */
export function createUserLifecycle(parts: UserParts): UserLifecycle {
  const { signal } = parts;

  const take = async (step: UserStep, admin: Session, inputs: UserInputs, password: Secret): Promise<void> => {
    const { username, role } = inputs;
    switch (step) {
      case "create":
        return createUser(admin, { username, password, role }, { signal });
      case "set_role":
        return setUserRole(admin, username, role, { signal });
      case "set_password":
        return setUserPassword(admin, username, password, { signal });
    }
  };

  return withHolders(ownedUser, parts.ports.log, {
    check(_olds, raw) {
      const news = withoutAbsent(raw);
      const parsed = parseUserInputs(news);
      return Promise.resolve({ inputs: news, failures: "problems" in parsed ? parsed.problems : [] });
    },

    diff: (_id, stored, news) => Promise.resolve(diffUser(stored, news)),

    async create(news) {
      const inputs = requireInputs(news);
      const { username, role } = inputs;
      await withAccounts(inputs, parts, async (admin, password) => {
        const found = await lookAtUser(admin, username, password, parts);
        if (found === undefined) {
          return unlessDone(
            () => take("create", admin, inputs, password),
            async () => {
              const now = await lookAtUser(admin, username, password, parts);
              return now !== undefined && adoptionObstacle(now, role) === undefined;
            },
          );
        }
        const obstacle = adoptionObstacle(found, role);
        if (obstacle === undefined) return;
        throw new NeuVectorError(
          "user_exists",
          `user ${username} exists at ${formatAddress(admin.target)}, and ${obstacle}`,
        );
      });
      return { id: username, outs: toStoredUser(news, { rights: role, status: "ready" }) };
    },

    async read(id, stored) {
      const found = await withAccounts(storedUser(stored), parts, (admin, password) =>
        lookAtUser(admin, id, password, parts),
      );
      return found === undefined ? {} : { id, props: toStoredUser(stored, found) };
    },

    async update(id, _stored, news) {
      const inputs = requireInputs(news);
      await withAccounts(inputs, parts, async (admin, password) => {
        const found = await lookAtUser(admin, id, password, parts);
        for (const step of userSteps(found, inputs.role)) {
          await unlessDone(
            () => take(step, admin, inputs, password),
            async () => !userSteps(await lookAtUser(admin, id, password, parts), inputs.role).includes(step),
          );
        }
      });
      return { outs: toStoredUser(news, { rights: inputs.role, status: "ready" }) };
    },

    async delete(id, stored) {
      const { controller } = storedUser(stored);
      const account = await credentialsOf(controller.credentials, parts.secrets);
      await parts.sessions.use(targetAt(controller, controller.tls), account, (admin) =>
        unlessDone(
          () => deleteUser(admin, id, { signal }),
          async () => (await getUser(admin, id, { signal })) === undefined,
        ),
      );
    },
  });
}

function requireInputs(raw: Stored): UserInputs {
  const parsed = parseUserInputs(raw);
  if ("inputs" in parsed) return parsed.inputs;
  const list = parsed.problems.map(({ property, reason }) => `${property}: ${reason}`).join("; ");
  throw new NeuVectorError("invalid_input", list);
}

/** What `work` gives, run as the account that manages users, with the user's password. Both are read where they are referred to. */
async function withAccounts<T>(
  { controller, password, passwordFrom }: Pick<UserInputs, "controller" | "password" | "passwordFrom">,
  { sessions, secrets }: UserParts,
  work: (admin: Session, password: Secret) => Promise<T>,
): Promise<T> {
  const account = await credentialsOf(controller.credentials, secrets);
  const wanted = await valueOrReferred(password, passwordFrom, secrets);
  if (wanted === undefined) throw new NeuVectorError("invalid_input", "password: give password or passwordFrom");
  return sessions.use(targetAt(controller, controller.tls), account, (admin) => work(admin, wanted));
}
