import { diffUser } from "./diff";
import { parseUserInputs, type UserInputs } from "./inputs";
import { observeUser } from "./observeUser";
import { storedUser, toStoredUser } from "./state";
import { adoptionObstacle, userSteps, type ObservedUser, type UserStep } from "./userSteps";
import { isOutcomeUnknown } from "../../federation/unknownOutcome";
import { createUser, deleteUser, getUser, setUserPassword, setUserRole } from "../../neuvector/client/users";
import { isCancelled, NeuVectorError } from "../../errors/neuVectorError";
import type { Session } from "../../neuvector/session/session";
import { omitNullish } from "../../values/mapping";
import type { Secret } from "../../values/secret";
import { requireInputs } from "../shared/checkInputs";
import { resolveCredentials, toTarget } from "../shared/controllerAccess";
import type { LifecycleDeps } from "../shared/lifecycle";
import type { ResourceLifecycle } from "../shared/resourceLifecycle";
import { unknownValue } from "../shared/props";
import { readAddress } from "../shared/readAddress";
import { resolveSecret } from "../shared/readSecret";
import { withOwnership, type ResourceOwnership } from "../shared/withOwnership";
import { addressKey, formatAddress, sameAddress, type Address } from "../../values/address";

type UserDeps = Pick<LifecycleDeps, "ports" | "sessions" | "secrets" | "signal">;

/**
 * Creates the lifecycle of a NeuVectorUser. Every error is a NeuVectorError.
 *
 * - check and diff send nothing. See `diffUser`.
 * - create makes the user, or adopts one that already has the declared role and password; any other is user_exists.
 * - read returns role and status as found.
 * - update sets what differs, and creates a user that is gone.
 * - delete deletes the user and ends its sessions.
 */
export function createUserLifecycle(deps: UserDeps): ResourceLifecycle {
  const { signal } = deps;

  const perform = async (step: UserStep, admin: Session, inputs: UserInputs, password: Secret): Promise<void> => {
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

  return withOwnership(ownership, deps.ports.log, {
    check(_olds, raw) {
      const news = omitNullish(raw);
      const parsed = parseUserInputs(news);
      return Promise.resolve({ inputs: news, failures: "problems" in parsed ? parsed.problems : [] });
    },

    diff: (_id, stored, news) => Promise.resolve(diffUser(stored, news)),

    async create(news) {
      const inputs = requireInputs(parseUserInputs(news));
      const { username, role } = inputs;
      await withAccounts(inputs, deps, async (admin, password) => {
        const obstacleOf = (user: ObservedUser): string | undefined => adoptionObstacle(user, role);
        const observed = await observeUser(admin, username, password, deps);
        if (observed === undefined) {
          return confirmChange(
            () => perform("create", admin, inputs, password),
            async () => {
              const now = await observeUser(admin, username, password, deps);
              return now !== undefined && obstacleOf(now) === undefined;
            },
          );
        }
        const obstacle = obstacleOf(observed);
        if (obstacle === undefined) return;
        const at = formatAddress(admin.target);
        throw new NeuVectorError("user_exists", `user ${username} exists at ${at}, and ${obstacle}`);
      });
      return { id: username, outs: toStoredUser(news, { rights: role, status: "ready" }) };
    },

    async read(id, stored) {
      const observed = await withAccounts(storedUser(stored), deps, (admin, password) =>
        observeUser(admin, id, password, deps),
      );
      return observed === undefined ? {} : { id, props: toStoredUser(stored, observed) };
    },

    async update(id, _stored, news) {
      const inputs = requireInputs(parseUserInputs(news));
      await withAccounts(inputs, deps, async (admin, password) => {
        const observed = await observeUser(admin, id, password, deps);
        for (const step of userSteps(observed, inputs.role)) {
          await confirmChange(
            () => perform(step, admin, inputs, password),
            async () => !userSteps(await observeUser(admin, id, password, deps), inputs.role).includes(step),
          );
        }
      });
      return { outs: toStoredUser(news, { rights: inputs.role, status: "ready" }) };
    },

    async delete(id, stored) {
      const { controller } = storedUser(stored);
      const account = await resolveCredentials(controller.credentials, deps.secrets);
      await deps.sessions.use(toTarget(controller, controller.tls), account, (admin) =>
        confirmChange(
          () => deleteUser(admin, id, { signal }),
          async () => (await getUser(admin, id, { signal })) === undefined,
        ),
      );
    },
  });
}

interface OwnedUser {
  readonly controller: Address;
  readonly username: string;
}

const ownership: ResourceOwnership<OwnedUser> = {
  readObject(props) {
    const [controller, username] = [readAddress(props, ["controller"], 10443), props["username"]];
    if (controller === undefined || typeof username !== "string" || username === unknownValue) return undefined;
    return { controller, username };
  },
  keysOf: ({ controller, username }) => [`${username} ${addressKey(controller)}`],
  isSame: (one, other) => one.username === other.username && sameAddress(one.controller, other.controller),
  property: "username",
  description: "this user",
};

/** Runs `work` with a session of the account that manages users, and the user's password. Reads the secrets that they refer to. */
async function withAccounts<T>(
  { controller, password, passwordFrom }: Pick<UserInputs, "controller" | "password" | "passwordFrom">,
  { sessions, secrets }: UserDeps,
  work: (admin: Session, password: Secret) => Promise<T>,
): Promise<T> {
  const account = await resolveCredentials(controller.credentials, secrets);
  const resolved = await resolveSecret(password, passwordFrom, secrets);
  if (resolved === undefined) throw new NeuVectorError("invalid_input", "password: give password or passwordFrom");
  return sessions.use(toTarget(controller, controller.tls), account, (admin) => work(admin, resolved));
}

/**
 * Performs a change. If it fails with an unknown outcome, or because somebody else made the same change, it is a success if
 * `isDone` then returns true.
 * @throws The failure, also if `isDone` fails.
 */
async function confirmChange(change: () => Promise<void>, isDone: () => Promise<boolean>): Promise<void> {
  try {
    await change();
  } catch (error) {
    const isOpen = isOutcomeUnknown(error) || (error instanceof NeuVectorError && error.kind === "user_exists");
    if (!isOpen || !(await isDone().catch(falseUnlessCancelled))) throw error;
  }
}

function falseUnlessCancelled(error: unknown): false {
  if (isCancelled(error)) throw error;
  return false;
}
