import { createUser, deleteUser, getUser, setUserPassword, setUserRole } from "../../neuvector/client/users";
import type { Session } from "../../neuvector/session/session";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { InputProblem } from "../shared/checkInputs";
import { omitNullish } from "../../values/mapping";
import { resolveCredentials } from "../shared/resolveSecrets";
import type { DiffResult } from "../fedJoin/diff";
import { toTarget } from "../shared/withSessions";
import type { LifecycleDeps } from "../shared/lifecycleDeps";
import type { ResourceProps } from "../fedJoin/state";
import { withOwnership } from "../shared/withOwnership";
import { formatAddress } from "../../neuvector/ports";
import type { Secret } from "../../values/secret";
import { resolveSecret } from "../shared/readSecret";
import { diffUser } from "./diff";
import { ownedUser } from "./ownedUser";
import { parseUserInputs, type UserInputs } from "./inputs";
import { observeUser } from "./observeUser";
import { confirmChange } from "./confirmChange";
import { storedUser, toStoredUser } from "./state";
import { adoptionObstacle, userSteps, type UserStep } from "./userSteps";

/** The life of a NeuVectorUser as Pulumi's engine drives it; satisfies `pulumi.dynamic.ResourceProvider`. */
export interface UserLifecycle {
  /** Every wrong input at once; the inputs come back without those that are `null`. Sends nothing. */
  check(olds: ResourceProps, news: ResourceProps): Promise<{ inputs: ResourceProps; failures: InputProblem[] }>;
  /** See `diffUser`. Sends nothing. */
  diff(id: string, stored: ResourceProps, news: ResourceProps): Promise<DiffResult>;
  /** Creates, or adopts a user that has the declared role and password already. @throws NeuVectorError user_exists for any other. */
  create(news: ResourceProps): Promise<{ id: string; outs: Record<string, unknown> }>;
  /** Role and status as found; `{}` when the user is gone. */
  read(id: string, stored: ResourceProps): Promise<{ id?: string; props?: Record<string, unknown> }>;
  /** Makes the user what is declared: sets what differs, and creates one that is gone. */
  update(id: string, stored: ResourceProps, news: ResourceProps): Promise<{ outs: Record<string, unknown> }>;
  /** Deletes the user and ends its sessions; already gone is success, and so is a user that another resource of the run owns. */
  delete(id: string, stored: ResourceProps): Promise<void>;
}

type UserDeps = Pick<LifecycleDeps, "ports" | "sessions" | "secrets" | "signal">;

/** The lifecycle over the given parts. Every error is a NeuVectorError. */
export function createUserLifecycle(parts: UserDeps): UserLifecycle {
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

  return withOwnership(ownedUser, parts.ports.log, {
    check(_olds, raw) {
      const news = omitNullish(raw);
      const parsed = parseUserInputs(news);
      return Promise.resolve({ inputs: news, failures: "problems" in parsed ? parsed.problems : [] });
    },

    diff: (_id, stored, news) => Promise.resolve(diffUser(stored, news)),

    async create(news) {
      const inputs = requireInputs(news);
      const { username, role } = inputs;
      await withAccounts(inputs, parts, async (admin, password) => {
        const found = await observeUser(admin, username, password, parts);
        if (found === undefined) {
          return confirmChange(
            () => take("create", admin, inputs, password),
            async () => {
              const now = await observeUser(admin, username, password, parts);
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
        observeUser(admin, id, password, parts),
      );
      return found === undefined ? {} : { id, props: toStoredUser(stored, found) };
    },

    async update(id, _stored, news) {
      const inputs = requireInputs(news);
      await withAccounts(inputs, parts, async (admin, password) => {
        const found = await observeUser(admin, id, password, parts);
        for (const step of userSteps(found, inputs.role)) {
          await confirmChange(
            () => take(step, admin, inputs, password),
            async () => !userSteps(await observeUser(admin, id, password, parts), inputs.role).includes(step),
          );
        }
      });
      return { outs: toStoredUser(news, { rights: inputs.role, status: "ready" }) };
    },

    async delete(id, stored) {
      const { controller } = storedUser(stored);
      const account = await resolveCredentials(controller.credentials, parts.secrets);
      await parts.sessions.use(toTarget(controller, controller.tls), account, (admin) =>
        confirmChange(
          () => deleteUser(admin, id, { signal }),
          async () => (await getUser(admin, id, { signal })) === undefined,
        ),
      );
    },
  });
}

function requireInputs(raw: ResourceProps): UserInputs {
  const parsed = parseUserInputs(raw);
  if ("inputs" in parsed) return parsed.inputs;
  const list = parsed.problems.map(({ property, reason }) => `${property}: ${reason}`).join("; ");
  throw new NeuVectorError("invalid_input", list);
}

/** What `work` gives, run as the account that manages users, with the user's password. Both are read where they are referred to. */
async function withAccounts<T>(
  { controller, password, passwordFrom }: Pick<UserInputs, "controller" | "password" | "passwordFrom">,
  { sessions, secrets }: UserDeps,
  work: (admin: Session, password: Secret) => Promise<T>,
): Promise<T> {
  const account = await resolveCredentials(controller.credentials, secrets);
  const wanted = await resolveSecret(password, passwordFrom, secrets);
  if (wanted === undefined) throw new NeuVectorError("invalid_input", "password: give password or passwordFrom");
  return sessions.use(toTarget(controller, controller.tls), account, (admin) => work(admin, wanted));
}
