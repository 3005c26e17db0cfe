import { expect, test } from "vitest";
import { openJoinCheckpoint } from "../../../../exporter/src/join/joinCheckpoint";
import { readJoinConfig } from "../../../../exporter/src/settings/joinConfig";
import { memoryStateFiles } from "../../../support/memoryStateFiles";

const env = {
  ENABLE_FED_JOIN: "true",
  PAAS_STORE_ID: "u1",
  JOIN_TOKEN: "token",
  JOINT_REST_SERVER: "site",
  JOINT_REST_PORT: "10443",
  MASTER_CLUSTER_ADDRESS: "master",
};

test("a checkpoint that could not be written is written when it is next saved, changed or not", () => {
  const intent = readJoinConfig({ flags: new Map(), env, readFile: () => "" });
  if (intent.state !== "on") throw new Error(JSON.stringify(intent));
  const files = memoryStateFiles();
  let isFull = true;
  const checkpoint = openJoinCheckpoint(
    { ...files, write: (name, text) => !isFull && files.write(name, text) },
    intent.config,
    { server: "site", port: 10443 },
    () => "u1-x",
  );
  checkpoint.save({ sent: true });
  isFull = false;
  checkpoint.save({ sent: true });
  const [name = ""] = files.names();
  expect(JSON.parse(files.read(name) ?? "")).toMatchObject({ name: "u1-x", sent: true });
});
