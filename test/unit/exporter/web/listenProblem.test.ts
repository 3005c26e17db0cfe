import { expect, test } from "vitest";
import { listenProblem } from "../../../../exporter/src/web/listenProblem";

const error = (code: string) => Object.assign(new Error(`listen ${code}`), { code });
const setting = "with EXPORTER_PORT, or in EXPORTER_ADDRESS if that has a port";
const inUse = "is in use (EADDRINUSE): stop the process that listens there, or choose another port";
const tooLow = "needs the right to listen on a low port (EACCES): choose one above 1023";

test.each([
  ["EADDRINUSE", "0.0.0.0", `0.0.0.0:80 ${inUse} ${setting}`],
  ["EACCES", "::1", `[::1]:80 ${tooLow} ${setting}`],
])("%s at %s names the address and the setting", (code, address, message) => {
  expect(listenProblem(error(code), { address, port: 80 }).message).toBe(message);
});

test("without an address, the port alone is named", () => {
  expect(listenProblem(error("EADDRINUSE"), { address: undefined, port: 80 }).message).toMatch(/^port 80 is in use /);
});

test("any other error stays as it is", () => {
  const other = error("EADDRNOTAVAIL");
  expect(listenProblem(other, { address: "192.0.2.1", port: 80 })).toBe(other);
});
