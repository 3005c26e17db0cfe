import { parse } from "yaml";
import * as z from "zod";
import { checkEnvironment } from "../../stacks/src/config/checkEnvironment";
import { unreadableFileProblem, type SchemaContext } from "../../stacks/src/config/context";
import { caCertificate } from "./caCertificate";
import { readFrom } from "./memoryFiles";

const files: Readonly<Record<string, string>> = { "ca.pem": caCertificate, "kubeconfig.yaml": "apiVersion: v1" };

/** Some files, and secrets that come out in brackets, so that a test sees which leaves are secrets. */
function portsWith(more: Readonly<Record<string, string>>): SchemaContext<string> {
  return {
    secret: (plain) => `<${plain}>`,
    readFile: (path) => {
      try {
        return { content: readFrom({ ...files, ...more })(path) };
      } catch (error) {
        return { problem: unreadableFileProblem(error) };
      }
    },
  };
}

export const stackPorts = portsWith({});

/** The top-level keys of a stack configuration written in YAML, as the program gets them from the engine. */
function parseStackConfig(yaml: string): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(parse(yaml));
}

/** What is wrong with a configuration written in YAML, where `more` files are. */
export function problemsOf(yaml: string, more: Readonly<Record<string, string>> = {}): readonly string[] {
  const checked = checkEnvironment(parseStackConfig(yaml), portsWith(more));
  return "problems" in checked ? checked.problems : [];
}

/** What a right configuration comes out as. */
export function environmentOf(yaml: string, more: Readonly<Record<string, string>> = {}) {
  const checked = checkEnvironment(parseStackConfig(yaml), portsWith(more));
  if ("problems" in checked) throw new Error(checked.problems.join("\n"));
  return checked.environment;
}
