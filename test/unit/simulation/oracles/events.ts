import type { EventBody, Message, ProviderCall, RecordedProps, WorldEvent } from "../../../simulation/src/trace/events";
import type { View } from "../../../simulation/src/trace/view";
import type { Oracle } from "../../../simulation/src/oracles/oracle";

/** A site that is a member of a master, as both show it. */
export const living: View = {
  sites: [{ host: "s1.test", role: "joint", id: "id-1", name: "u1-aaaaaa", masterId: "master-1" }],
  masters: [{ host: "m1.test", id: "master-1", entries: [{ id: "id-1", name: "u1-aaaaaa", host: "s1.test" }] }],
};

export const standalone: View = {
  sites: [{ host: "s1.test", role: "", id: undefined, name: "u1-aaaaaa", masterId: undefined }],
  masters: [{ host: "m1.test", id: "master-1", entries: [] }],
};

/** Properties of a FedJoin of that site. */
export const props = {
  controller: { server: "s1.test", port: 10443 },
  jointRest: { server: "s1.test", port: 10443 },
  master: { rest: { server: "m1.test", port: 10443 } },
  status: "joined",
  clusterId: "id-1",
};

export const call = (operation: ProviderCall["operation"], about: Partial<ProviderCall> = {}): ProviderCall => ({
  operation,
  urn: "urn:pulumi:a::fedjoin::FedJoin::u1",
  id: "u1-aaaaaa",
  olds: props,
  news: props,
  ...about,
});

export const message = (method: string, to: string, path: string, body: object | string = ""): Message => ({
  step: 0,
  from: "a#1",
  isOurs: true,
  to,
  port: 10443,
  method,
  path,
  token: undefined,
  body: typeof body === "string" ? body : JSON.stringify(body),
});

export const request = (about: Message): EventBody => ({ type: "request", message: about });
export const arrival = (about: Message): EventBody => ({ type: "arrival", message: about });
export const loss = (about: Message): EventBody => ({ type: "loss", message: about, how: "EOF" });
export const response = (about: Message, status: number, body: object | string = ""): EventBody => ({
  type: "response",
  message: about,
  response: { status, body: typeof body === "string" ? body : JSON.stringify(body) },
});
export const begin = (about: ProviderCall): EventBody => ({ type: "call", process: "a#1", call: about });
export const done = (about: ProviderCall, id: string | undefined, outputs: object = {}): EventBody => ({
  type: "result",
  process: "a#1",
  call: about,
  result: { is: "done", id, outputs: { ...outputs } },
});
/** A checkpoint with a resource for each of these outputs. */
export const checkpoint = (...outputs: readonly RecordedProps[]): EventBody & { readonly type: "checkpoint" } => ({
  type: "checkpoint",
  step: 0,
  process: "a#1",
  state: { resources: outputs.map((each) => ({ inputs: {}, outputs: each })), pendingOperations: [] },
});
export const start: EventBody = { type: "start", process: "a#1", command: "pulumi up" };
export const end: EventBody = { type: "end", process: "a#1", how: "succeeded", problems: [] };

/** What an oracle says of a course of events, a second apart; a view stands for a scheduled event after which both sides look so. */
export function verdicts(oracle: Oracle, course: readonly (EventBody | View)[], before: View = living): string[] {
  let view = before;
  return course.flatMap((each, index) => {
    const atMs = index * 1_000;
    if ("sites" in each) {
      view = each;
      return oracle.observe?.(view, atMs) ?? [];
    }
    const event: WorldEvent = { ...each, atMs };
    return oracle.see?.(event, () => view) ?? [];
  });
}
