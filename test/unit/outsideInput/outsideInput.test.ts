import fc from "fast-check";
import { describe, test } from "vitest";
import { hostileDocuments, hostileText } from "../../support/outsideInput/hostileText";
import { expectValueOrError } from "../../support/outsideInput/reader";
import { controllerReaders } from "./controller";
import { exporterReaders } from "./exporter";
import { providerReaders } from "./provider";
import { stacksReaders } from "./stacks";

const readers = [...providerReaders, ...controllerReaders, ...exporterReaders, ...stacksReaders];

describe("whatever comes from outside becomes a value or an error of the product", () => {
  test.for(readers)("$name", async (reader) => {
    for (const text of reader.valid) await reader.read(text);
    for (const text of hostileDocuments) await expectValueOrError(reader, text);
    await fc.assert(
      fc.asyncProperty(hostileText(reader.valid), (text) => expectValueOrError(reader, text)),
      { numRuns: 100 },
    );
  });
});
