import { openBrowser } from "@fedjoin/testbed/browser";
import { expect, test } from "vitest";
import * as z from "zod";
import { startedOfFile } from "../support/deployments";
import { startWebServer } from "../support/webServer";

const assets = {
  logo: "http://sites.invalid/logo.png",
  style: "http://192.0.2.1/style.css",
  photo: "http://localhost:8080/photo.png",
  redirected: "https://sites.invalid/redirected.png",
};
const html = `<!doctype html><title>sites</title>
<p>Three sites</p><noscript><p>Without scripts</p></noscript><script>document.body.append("With scripts")</script>
<img src="${assets.logo}"><link rel="stylesheet" href="${assets.style}"><img src="${assets.photo}">
<img src="/redirect"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><script>undefinedFunction()</script>`;
const size = { width: 400, height: 300 };

const server = startedOfFile(() =>
  startWebServer("plain", (request, response) => {
    if (request.url === "/redirect") response.writeHead(302, { location: assets.redirected }).end();
    else response.writeHead(200, { "content-type": "text/html" }).end(html);
  }),
);
const browser = startedOfFile(openBrowser);
const open = (options: object = {}) => browser.page(`http://127.0.0.1:${server.port}/`, { ...size, ...options });

test("the browser of the tests refuses and lists every request that does not go to 127.0.0.1, and tells errors of scripts", async () => {
  const page = await open();
  expect(page.refused.toSorted()).toEqual(Object.values(assets).toSorted());
  const socket = `new Promise((resolve) => {
    const socket = new WebSocket("ws://192.0.2.1/");
    socket.onopen = () => resolve("open");
    socket.onerror = () => resolve("refused");
  })`;
  expect(await page.evaluate(socket, z.string())).toBe("refused");
  expect(page.errors.join("\n")).toMatch(/undefinedFunction is not defined[^]*ERR_NAME_NOT_RESOLVED/);
  await page.close();
});

test("it shows what a reader sees, with and without JavaScript", async () => {
  for (const [javaScript, seen, unseen] of [
    [true, "With scripts", "Without scripts"],
    [false, "Without scripts", "With scripts"],
  ] as const) {
    const page = await open({ javaScript });
    expect(await page.text()).toContain(seen);
    expect(await page.text()).not.toContain(unseen);
    await page.close();
  }
});
