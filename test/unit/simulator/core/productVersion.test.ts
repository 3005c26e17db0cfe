import { expect, it } from "vitest";
import { traitsOf } from "../../../simulator/src/core/productVersion";
import { createFederation, minuteMs } from "../createFederation";

it.each([
  ["5.3", "28ea479c", "449EC339"],
  ["5.4.2", "28ea479c", "D6AD17D4"],
  ["5.4.4", "G7B5S135", "G7B5S135"],
  ["5.4.5", "94444768", "G7B5S135"],
  ["5.4.6", "94444768", "94444768"],
  ["5.5.9", "94444768", "94444768"],
  ["5.6.0", "BB38FD65", "BB38FD65"],
  ["5.10.1", "BB38FD65", "BB38FD65"],
])("%s speaks %s and %s", (version, fedKvVersion, restVersion) => {
  expect(traitsOf(version)).toMatchObject({ fedKvVersion, restVersion });
});

it.each(["", "5", "v5.6.0", "5.6.0-rc1"])("the version %j is refused", (version) => {
  expect(() => traitsOf(version)).toThrow(`must look like 5.4.1, not "${version}"`);
});

it.each([
  ["5.4.0", 408],
  ["5.4.1", 401],
])(
  "a session that idled or aged away is in %s %i/3, one that was logged out or never was 401",
  async (productVersion, status) => {
    const siteOptions = { productVersion, timings: { sessionLifeMs: 4 * minuteMs } };
    const { clock, site } = await createFederation({ siteOptions });
    const statusOf = async (token: string) => (await site.request("GET", "/v1/fed/member", { token })).status;
    const [idle, busy, over] = [await site.logIn(), await site.logIn(), await site.logIn()];
    await clock.advance(3 * minuteMs);
    expect(await statusOf(busy)).toBe(200);
    await site.request("DELETE", "/v1/auth", { token: over });
    await clock.advance(2 * minuteMs);
    expect([await statusOf(idle), await statusOf(busy)]).toEqual([status, status]);
    expect([await statusOf(over), await statusOf("unknown")]).toEqual([401, 401]);
  },
);
