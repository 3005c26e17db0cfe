import { Option } from "@commander-js/extra-typings";
import { exitCodeHelp, UsageError } from "../../commandLine/commandLine";
import { textsOption } from "../../commandLine/options";
import { conditionTypes } from "../../federation/condition";
import { dateConditions } from "../../federation/conditionTimes";
import { createSessionPool } from "../../neuvector/session/sessionPool";
import { readSettings, settingsCommand, settingsSource, type DeclareCommand, type RunDeps } from "../command";
import { parseGoal, type ConditionGoal } from "../decisions/conditionGoal";
import { buildMasterStatus } from "../decisions/masterStatus";
import { selectMembers } from "../decisions/selectMembers";
import {
  changeLine,
  hasChanged,
  isOpen,
  permanentFailure,
  progressText,
  unanswered,
  waitReport,
  type WaitedMember,
} from "../decisions/waitedMember";
import { formatDuration, parseDuration } from "../../values/duration";
import type { CommandDeps } from "../observation/observe";
import { observeAll } from "../observation/observeAll";
import { groupByMaster } from "../observation/wantedMembership";
import type { Report } from "../report";
import type { SecretReader } from "../../values/secretReference";
import type { DeclaredMember } from "../settings";

/** A shorter interval would burden the controllers. */
const minMs = 1000;

const durationOption = <const Flags extends string>(flags: Flags, description: string, byDefault: string) =>
  new Option(flags, description)
    .argParser((text: string) => {
      if ((parseDuration(text) ?? 0) < minMs)
        throw new UsageError(`${flags}: expected a duration of at least 1s, such as 30s, 10m or 1h30m`);
      return text;
    })
    .default(byDefault);

export const declareWait: DeclareCommand = (program, select) => {
  settingsCommand(program, "wait")
    .addOption(textsOption("--member <storeId>", "wait for this member only; repeatable"))
    .addOption(
      new Option(
        "--for <condition>",
        `condition=<name>, or condition=<name>=false, with one of ${conditionTypes.join(", ")}`,
      )
        .argParser(parseGoal)
        .makeOptionMandatory(),
    )
    .addOption(durationOption("--timeout <duration>", "how long to wait", "10m"))
    .addOption(durationOption("--interval <duration>", "pause between observations", "5s"))
    .summary("wait until members have a condition")
    .description(
      `Waits until each member has had the condition. Reads only, with one login per account,
and goes on while a controller does not answer. Changes nothing.`,
    )
    .addHelpText(
      "after",
      exitCodeHelp({
        0: "every member has had the condition",
        1: "wrong usage, wrong settings, or interrupted",
        2: "the timeout expired, or a login or certificate was refused, which waiting does not change",
      }),
    )
    .action(({ json, for: goal, timeout, interval, member, ...where }) => {
      const source = settingsSource(where);
      const options = { goal, timeoutMs: parseDuration(timeout) ?? 0, intervalMs: parseDuration(interval) ?? 0 };
      select({
        command: "wait",
        json,
        run: async (deps) => wait(selectMembers((await readSettings(source, deps)).members, member), options, deps),
      });
    });
};

export interface WaitOptions {
  readonly goal: ConditionGoal;
  readonly timeoutMs: number;
  readonly intervalMs: number;
}

/** Waits until each member has had the condition. Sends only reads and one login per account. */
export async function wait(
  members: readonly DeclaredMember[],
  { goal, timeoutMs, intervalMs }: WaitOptions,
  deps: CommandDeps & Pick<RunDeps, "log" | "progress">,
): Promise<Report> {
  const { clock } = deps.ports;
  const endMs = clock.now() + timeoutMs;
  const sessions = createSessionPool(deps.ports, { keepAlive: true });
  const reading = { ...deps, sessions, secrets: runCommandsOnce(deps.secrets) };
  const seen = new Map<DeclaredMember, WaitedMember>();
  try {
    for (;;) {
      const open = members.filter((member) => isOpen(seen.get(member)));
      const look = await within(endMs - clock.now(), reading, (signal) =>
        observeWaiting(open, goal, seen, { ...reading, signal }),
      );
      for (const next of look ?? open.map((member) => seen.get(member) ?? unanswered(member, clock.now()))) {
        if (deps.progress === undefined && hasChanged(seen.get(next.member), next, goal))
          deps.log(changeLine(next, goal));
        seen.set(next.member, next);
      }
      const all = members.flatMap((member) => seen.get(member) ?? []);
      const leftMs = endMs - clock.now();
      if (!all.some(isOpen) || leftMs <= 0) return waitReport(all, goal);
      deps.progress?.(`${progressText(all, goal)}, ${formatDuration(leftMs)} left`);
      await clock.sleep(Math.min(intervalMs, leftMs), deps.signal);
    }
  } finally {
    deps.progress?.("");
    await sessions.close();
  }
}

/** Returns the result of `work`, or `undefined` after `ms` milliseconds, when it aborts the signal of `work`. */
async function within<T>(
  ms: number,
  { ports, signal }: CommandDeps,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const [timer, stop] = [new AbortController(), new AbortController()];
  const isOver = ports.clock.sleep(ms, timer.signal).then(() => {
    stop.abort();
    return undefined;
  });
  try {
    return await Promise.race([work(AbortSignal.any([stop.signal, ...(signal ? [signal] : [])])), isOver]);
  } finally {
    timer.abort();
  }
}

/** Runs each command that prints a secret once, not at every observation. */
function runCommandsOnce(secrets: SecretReader): SecretReader {
  const outputs = new Map<string, Promise<string>>();
  return {
    ...secrets,
    command(argv) {
      const key = JSON.stringify(argv);
      const output = outputs.get(key) ?? secrets.command(argv);
      outputs.set(key, output);
      return output;
    },
  };
}

async function observeWaiting(
  members: readonly DeclaredMember[],
  { type, status }: ConditionGoal,
  before: ReadonlyMap<DeclaredMember, WaitedMember>,
  deps: CommandDeps,
): Promise<WaitedMember[]> {
  const observed = await observeAll(members, ({ inputs }) => inputs, deps);
  const nowMs = deps.ports.clock.now();
  return groupByMaster(observed, ({ item }) => item.inputs).flatMap(({ entries }) => {
    const found = buildMasterStatus(entries.map(({ item: { inputs }, observation }) => ({ inputs, observation })));
    return found.members.flatMap(({ conditions: findings }, index) => {
      const entry = entries[index];
      if (entry === undefined) return [];
      const conditions = dateConditions(before.get(entry.item)?.conditions, findings, nowMs);
      const isMet = conditions[type].status === status;
      return [
        { member: entry.item, conditions, isMet, failure: isMet ? undefined : permanentFailure(entry.observation) },
      ];
    });
  });
}
