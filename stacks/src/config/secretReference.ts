import { isAbsolute } from "node:path";
import { z } from "zod";
import { at, expected, mapping, text } from "./scalars";

const program = z.string("expected a program").min(1, "expected a program");

const argument = z.string({
  error: ({ input }) => (typeof input === "number" ? "is a number: quote it" : "expected text"),
});

/**
 * Where a FedJoin reads a secret when it needs it, on the machine that runs Pulumi. The reference is plain; the value
 * is neither in the configuration nor in the state.
 */
export const secretReference = mapping({
  env: text
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of an environment variable")
    .exactOptional()
    .describe("name of an environment variable"),
  file: text
    .refine(isAbsolute, "expected an absolute path")
    .exactOptional()
    .describe("absolute path of a file, at most 64 kB"),
  command: z
    .tuple([program], argument, expected("a list: a program, then its arguments"))
    .exactOptional()
    .describe(
      "a program and its arguments, run without a shell; needs FEDJOIN_ALLOW_COMMANDS=true on the machine that runs Pulumi",
    ),
})
  .refine(
    ({ env, file, command }) => [env, file, command].filter((given) => given !== undefined).length === 1,
    at("", "give exactly one of env, file, command"),
  )
  .meta({ title: "Reference" });
