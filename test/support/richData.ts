import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import {
  type ControllerHandle,
  type SimulatedController,
  startController,
  toGoJson,
  type VirtualNetwork,
} from "@fedjoin/simulator";
import { repositoryRoot } from "@fedjoin/testbed";
import { added, changed, invented, type Body, type Row } from "./richRows";

/** What a controller answers, by path without its query. */
export type Bodies = ReadonlyMap<string, Body>;

const body = z.record(z.string(), z.unknown());
const recorded = z.object({ path: z.string(), body });

/** The controllers write the ids of controllers with a colon, which a path may keep or encode. */
const asAsked = (path: string): string => path.replace(/\?.*/, "").replace("nvc:", "nvc%3A");

/**
 * A cluster as real controllers describe one (`test/fixtures/rich/recorded.jsonl`), and with all oddities that an
 * exporter must bear: null lists, missing fields, numbers beyond 2^53, Unicode, hostile texts, duplicates, objects that
 * are gone. No answer is so wrong that a group fails.
 */
export function richBodies(): Bodies {
  const bodies = new Map<string, Body>(Object.entries(invented));
  for (const { path, body: of } of readRecorded("recorded")) {
    const asked = asAsked(path);
    const lists = Object.entries(added[asked] ?? {}).map(
      ([key, rows]) => [key, [...rows, ...rowsOf(of, key)]] as const,
    );
    const objects = Object.entries(changed[asked] ?? {}).map(
      ([key, fields]) => [key, { ...body.parse(of[key]), ...fields }] as const,
    );
    bodies.set(asked, { ...of, ...Object.fromEntries(lists), ...Object.fromEntries(objects) });
  }
  return bodies;
}

/** The rich cluster as a member of a federation, where it is a master otherwise. */
export function memberBodies(): Bodies {
  return new Map([...richBodies(), ...readRecorded("member").map(({ path, body: of }) => [path, of] as const)]);
}

function readRecorded(name: string) {
  const file = join(repositoryRoot, `test/fixtures/rich/${name}.jsonl`);
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.map((line) => recorded.parse(JSON.parse(line)));
}

/** The same paths with null in the place of every list and text. */
export function emptiedBodies(): Bodies {
  return new Map(
    [...richBodies()].map(([path, of]) => [
      path,
      Object.fromEntries(Object.entries(of).map(([key, value]) => [key, emptied(value)])),
    ]),
  );
}

function emptied(value: unknown): unknown {
  if (Array.isArray(value) || typeof value === "string") return null;
  const object = body.safeParse(value);
  if (!object.success) return value;
  return Object.fromEntries(Object.entries(object.data).map(([key, inner]) => [key, emptied(inner)]));
}

/** The elements of a list of an answer; none where it is missing or null. */
export function rowsOf(of: Body | undefined, key: string): readonly Row[] {
  return z.array(body).nullish().parse(of?.[key]) ?? [];
}

export const scraper = { username: "scraper", password: "Canary-pass-7c1e", role: "reader" } as const;

/** A controller that gives these answers to everybody who is logged in as `scraper`. */
export const startWith = async (bodies: Bodies): Promise<SimulatedController> =>
  answeringAll(bodies, await startController(optionsFor(bodies)));

/** The same in memory. */
export const addWith = ({ addController }: VirtualNetwork, bodies: Bodies): ControllerHandle =>
  answeringAll(bodies, addController(optionsFor(bodies)));

const optionsFor = (bodies: Bodies) => ({ users: [scraper], data: Object.fromEntries(bodies) });

/** Some answers come from the simulator's own state otherwise. */
function answeringAll<Handle extends ControllerHandle>(bodies: Bodies, site: Handle): Handle {
  for (const path of ["/v1/system/summary", "/v1/fed/member", "/v1/user", "/v1/api_key"]) {
    const of = bodies.get(path);
    if (of !== undefined) answerWith(site, path, toGoJson(of));
  }
  return site;
}

/** From now on the controller answers GETs of this path with this text, whoever asks. */
export function answerWith({ faults }: ControllerHandle, path: string, text: string): void {
  const match = { method: "GET", path };
  faults.add({ match, what: "garbage", body: text, contentType: "application/json", times: Infinity });
}
