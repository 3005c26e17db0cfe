import { expect, test } from "vitest";
import { refuseTakenNames } from "../../../../stacks/src/components/takenNames";

type Args = Parameters<typeof refuseTakenNames>[0];

const config = "targets: {}";

test.each<readonly [Args, string]>([
  [{ env: { LOG_LEVEL: "debug", CTRL_PASSWORD: "pw" } }, "env: CTRL_PASSWORD is set by the component"],
  [{ env: { WEB_CONFIG_FILE: "/etc/web.yml" } }, "env: WEB_CONFIG_FILE is set by the component"],
  [{ targets: { config, files: { "push-bearer": "b" } } }, "push-bearer is a file of the exporter's own"],
  [{ targets: { config, files: { CTRL_PASSWORD: "pw" } } }, "targets.files: CTRL_PASSWORD is a file of"],
])("%j is refused", (args, problem) => {
  expect(() => {
    refuseTakenNames(args);
  }).toThrow(problem);
});

test.each<Args>([
  {},
  { env: { LOG_LEVEL: "debug" }, targets: { config } },
  { targets: { config, files: { ca: "c" } } },
])("%j takes no name of the component's", (args) => {
  expect(() => {
    refuseTakenNames(args);
  }).not.toThrow();
});
