import { deleteMember, postJoin, postLeave, type JoinBody } from "./client";
import { drawClusterName } from "./clusterName";
import { NeuVectorError, reactionTo } from "./errors";
import { decodeJoinToken, fingerprintOf } from "./joinToken";
import { look, type Sides } from "./look";
import { judge, type Member, type Verdict, type Wanted } from "./membership";
import { formatAddress, type Address, type Ports } from "./ports";
import { withRetry, type RetryNotice, type RetryPolicy } from "./retry";
import type { Secret } from "./secret";
import type { Session } from "./session";
import { isRenewable, obtainJoinToken, type TokenSource } from "./tokenSource";
import type { Turns } from "./turns";

/** Which endpoint gets the join: the master, or the joining cluster's own controller (contract 3.1). */
export type JoinVia = "master" | "controller";

export interface JoinOrder {
  readonly storeId: string;
  /** The name to join under; drawn by the caller once per membership, so that a retry repeats it. */
  readonly name: string;
  /** True when the name was declared, or belongs to a membership we own: never drawn anew. */
  readonly nameIsFixed: boolean;
  /** The id of the membership we own, when it is to be completed or mended. */
  readonly clusterId?: string | undefined;
  readonly masterId?: string | undefined;
  readonly via: JoinVia;
  readonly jointRest: Address;
  /** The master's REST API, where known. */
  readonly masterRest?: Address | undefined;
  /** The master's federation address, sent in route `controller` only when set here: it overrides the token's. */
  readonly masterFederation?: Address | undefined;
  readonly token: TokenSource;
  readonly retry: RetryPolicy;
  /** Milliseconds since the epoch after which nothing more is tried. */
  readonly deadlineMs?: number | undefined;
  /** Which broken memberships a person asked to have mended. */
  readonly mend: {
    /** Leave by force and rejoin when the master kicked the site. */
    readonly kicked: boolean;
    /** Leave and rejoin when name or joint address differ. */
    readonly changed: boolean;
  };
}

/** What happens on the way, for logs and metrics. Never holds a secret. */
export type JoinEvent =
  | { readonly type: "token_fetching"; readonly url: string }
  | { readonly type: "token_fetched" }
  | { readonly type: "sending"; readonly url: string; readonly name: string }
  | { readonly type: "accepted" }
  | { readonly type: "failed"; readonly error: NeuVectorError }
  | { readonly type: "retrying"; readonly notice: RetryNotice };

export interface JoinContext {
  readonly ports: Ports;
  readonly turns: Turns;
  readonly sides: Sides;
  /** The session that sends the join: at the master or at the site's controller, as `via` says. */
  readonly joiner: Session;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: JoinEvent) => void) | undefined;
}

export type JoinOutcome =
  /** A member. `how` says whether by this join or already before. */
  | {
      readonly state: "joined";
      readonly how: "joined" | "adopted";
      readonly member: Member;
      readonly tokenFingerprint: string | undefined;
    }
  /** Accepted, and not (yet) seen on a side that we can read. */
  | { readonly state: "unconfirmed"; readonly name: string; readonly tokenFingerprint: string | undefined }
  /** Not a member. `mayHaveJoined` when a join was sent whose outcome nobody could tell. */
  | { readonly state: "failed"; readonly name: string; readonly error: unknown; readonly mayHaveJoined: boolean };

const maxTokens = 3;
const maxNames = 3;
const confirmPauseMs = 1_000;
const confirmAtMostMs = 60_000;

/**
 * Makes the site a member: look, adopt or join, confirm. Every attempt begins with a look at both sides, so an
 * unclear outcome of the one before is settled before another join is sent. Never throws.
 */
export async function joinFederation(order: JoinOrder, context: JoinContext): Promise<JoinOutcome> {
  const attempt = new JoinAttempt(order, context);
  try {
    return await withRetry(
      {
        policy: order.retry,
        clock: context.ports.clock,
        random: context.ports.random,
        deadlineMs: order.deadlineMs,
        signal: context.signal,
        onRetry: (notice) => context.onEvent?.({ type: "retrying", notice }),
      },
      () => context.turns.take(turnKey(order), () => attempt.run()),
    );
  } catch (error) {
    return await attempt.settle(error);
  }
}

/** Joins that end at one master take turns (contract 3.6). */
function turnKey({ masterFederation, masterRest, token }: JoinOrder): string {
  const inToken = token.kind === "given" ? decodeJoinToken(token.token) : undefined;
  const master = masterRest ?? masterFederation ?? inToken;
  return master === undefined ? "unknown master" : formatAddress(master);
}

/** One membership being made: what is kept from one attempt to the next. */
class JoinAttempt {
  private name: string;
  private names = 1;
  private tokens = 0;
  private token: Secret | undefined;
  private sent = false;
  /** A join was sent and nobody could tell yet what became of it. */
  private unclear = false;

  constructor(
    private readonly order: JoinOrder,
    private readonly context: JoinContext,
  ) {
    this.name = order.name;
  }

  async run(): Promise<JoinOutcome> {
    const verdict = await this.look();
    if (verdict.state === "joined") return this.joined(verdict.member, this.sent ? "joined" : "adopted");
    await this.clear(verdict);
    return this.send();
  }

  /** After the last attempt failed: one more look where the outcome is unclear. */
  async settle(error: unknown): Promise<JoinOutcome> {
    if (this.unclear && !isCancelled(error)) {
      try {
        const verdict = await this.look();
        if (verdict.state === "joined") return this.joined(verdict.member, "joined");
      } catch (lookError) {
        const why = lookError instanceof NeuVectorError ? lookError.kind : "unexpected error";
        this.context.ports.log("warn", `The outcome of joining ${this.name} stays unclear: looking failed (${why})`);
      }
    }
    return { state: "failed", name: this.name, error, mayHaveJoined: this.unclear };
  }

  private async look(): Promise<Verdict> {
    const { sides } = this.context;
    const verdict = judge(this.wanted(), await look(sides, this.context.signal));
    if (verdict.state === "absent" && sides.site !== undefined && sides.master !== undefined) this.unclear = false;
    return verdict;
  }

  private wanted(): Wanted {
    const { order } = this;
    return {
      storeId: order.storeId,
      name: this.name,
      nameIsFixed: order.nameIsFixed,
      jointRest: order.jointRest,
      masterAddresses: masterAddressesOf(order, this.token),
      clusterId: order.clusterId,
      masterId: order.masterId,
    };
  }

  /** Clears the way for a join, or says why there is none. */
  private async clear(verdict: Exclude<Verdict, { state: "joined" }>): Promise<void> {
    const { mend } = this.order;
    switch (verdict.state) {
      case "absent":
        return;
      case "left":
        return this.removeEntry(verdict.member);
      case "kicked":
        if (!mend.kicked) throw new NeuVectorError("kicked", `${verdict.member.name} was removed by its master`);
        return this.leave(true);
      case "renamed":
      case "moved":
        if (mend.changed) return this.leave(false);
        throw new NeuVectorError(
          "membership_differs",
          `the site is a member as ${verdict.member.name} at ${formatAddress(verdict.member.jointRest)}, wanted is ${this.name} at ${formatAddress(this.order.jointRest)}`,
        );
      case "name_taken":
        this.resolveName(
          new NeuVectorError("name_taken", `${this.name} belongs to the member at ${formatAddress(verdict.by)}`),
          true,
        );
        return;
      default:
        throw refusal(verdict);
    }
  }

  private async leave(force: boolean): Promise<void> {
    const { site } = this.context.sides;
    if (site === undefined) {
      throw new NeuVectorError("invalid_input", "mending this membership needs credentials at the site's controller");
    }
    await postLeave(site, force, { signal: this.context.signal });
  }

  private async removeEntry(member: Member): Promise<void> {
    const { master } = this.context.sides;
    if (master === undefined) return;
    this.context.ports.log("info", `Removing our leftover entry ${member.name} (${member.clusterId}) from the master`);
    await deleteMember(master, member.clusterId, { signal: this.context.signal });
  }

  private async send(): Promise<JoinOutcome> {
    for (;;) {
      const token = await this.obtainToken();
      const { joiner, onEvent, signal } = this.context;
      onEvent?.({ type: "sending", url: `https://${formatAddress(joiner.target)}/v1/fed/join`, name: this.name });
      try {
        this.sent = true;
        this.unclear = true;
        await postJoin(joiner, this.body(token), { signal });
        onEvent?.({ type: "accepted" });
        return await this.confirm();
      } catch (error) {
        if (!(error instanceof NeuVectorError)) throw error;
        onEvent?.({ type: "failed", error });
        const reaction = reactionTo(error);
        if (reaction !== "retry" && !isCancelled(error)) this.unclear = false;
        if (reaction === "renew_token") this.dropToken(error);
        else if (reaction !== "resolve_name") throw withRouteHint(error, this.order.via, joiner);
        else {
          const verdict = await this.look();
          if (verdict.state === "joined") return this.joined(verdict.member, "joined");
          if (verdict.state === "left") await this.removeEntry(verdict.member);
          else this.resolveName(error, verdict.state === "name_taken");
        }
      }
    }
  }

  /** Draws another name when the name was random and another member provably owns it; else gives up. */
  private resolveName(error: NeuVectorError, ownedByAnother: boolean): void {
    if (this.order.nameIsFixed || !ownedByAnother || this.names >= maxNames) throw error;
    this.names++;
    this.name = drawClusterName(this.order.storeId, this.context.ports.random);
  }

  private async obtainToken(): Promise<Secret> {
    if (this.token !== undefined) return this.token;
    const { ports, sides, signal, onEvent } = this.context;
    this.token = await obtainJoinToken(this.order.token, {
      ports,
      master: sides.master,
      signal,
      onFetch: (url) => onEvent?.({ type: "token_fetching", url }),
      onFetched: () => onEvent?.({ type: "token_fetched" }),
    });
    this.tokens++;
    return this.token;
  }

  private dropToken(error: NeuVectorError): void {
    if (!isRenewable(this.order.token) || this.tokens >= maxTokens) throw error;
    this.token = undefined;
  }

  private body(token: Secret): JoinBody {
    const { via, jointRest, masterFederation } = this.order;
    const { server, port } = jointRest;
    const body = { name: this.name, join_token: token.reveal(), joint_rest_info: { server, port } };
    return via === "controller" && masterFederation !== undefined
      ? { ...body, server: masterFederation.server, port: masterFederation.port }
      : body;
  }

  private async confirm(): Promise<JoinOutcome> {
    const { sides, ports, signal } = this.context;
    const readable = sides.site !== undefined || sides.master !== undefined;
    const end = Math.min(ports.clock.now() + confirmAtMostMs, this.order.deadlineMs ?? Infinity);
    while (readable) {
      try {
        const verdict = await this.look();
        if (verdict.state === "joined") return this.joined(verdict.member, "joined");
      } catch (error) {
        if (reactionTo(error) !== "retry") throw error;
      }
      if (ports.clock.now() + confirmPauseMs >= end) break;
      await ports.clock.sleep(confirmPauseMs, signal);
    }
    return { state: "unconfirmed", name: this.name, tokenFingerprint: this.fingerprint() };
  }

  private joined(member: Member, how: "joined" | "adopted"): JoinOutcome {
    return { state: "joined", how, member, tokenFingerprint: this.fingerprint() };
  }

  private fingerprint(): string | undefined {
    return this.token === undefined ? undefined : fingerprintOf(this.token);
  }
}

function isCancelled(error: unknown): boolean {
  return error instanceof NeuVectorError && error.kind === "cancelled";
}

/** Every address by which a site may know the wanted master. */
export function masterAddressesOf(
  order: Pick<JoinOrder, "masterFederation" | "masterRest" | "token">,
  token?: Secret,
): Address[] {
  const known = token ?? (order.token.kind === "given" ? order.token.token : undefined);
  const inToken = known === undefined ? undefined : decodeJoinToken(known);
  return [order.masterFederation, inToken, order.masterRest].filter((address) => address !== undefined);
}

/** Why a verdict leaves no way to this membership. */
export function refusal(verdict: Extract<Verdict, { state: "elsewhere" | "master" | "no_master" }>): NeuVectorError {
  switch (verdict.state) {
    case "elsewhere":
      return new NeuVectorError("member_elsewhere", `the site is a member of another master, ${verdict.master}`);
    case "master":
      return new NeuVectorError("member_elsewhere", "the site is a federation master itself");
    case "no_master":
      return new NeuVectorError("wrong_role", "the cluster named as master is no federation master", {
        hint: "Promote it first, or correct the master's address.",
      });
  }
}

function withRouteHint(error: NeuVectorError, via: JoinVia, joiner: Session): NeuVectorError {
  const { summary, status, code } = error;
  if (error.kind === "wrong_role" && via === "controller") {
    const hint = "The site's controller is no standalone cluster: it is a member or a master already.";
    return new NeuVectorError("wrong_role", summary, { status, code, hint });
  }
  if (error.kind === "unauthorized" && joiner.credentials.kind === "none") {
    const hint = "This endpoint wants a session: give credentials for it.";
    return new NeuVectorError("login_rejected", summary, { status, code, hint });
  }
  return error;
}
