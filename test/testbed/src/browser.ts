import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch, type Browser as Puppet, type Page as Tab } from "puppeteer-core";
import type * as z from "zod";
import { prepareChromium } from "./toolchain/chromium";

/** A headless Chromium that reaches 127.0.0.1 and nothing else. */
export interface Browser {
  /** Opens a page that shares nothing with other pages, and waits until it has loaded. */
  page(url: string, options: PageOptions): Promise<Page>;
  close(): Promise<void>;
}

export interface PageOptions {
  /** Of the window, in CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Whether the user prefers dark colours; not by default. */
  readonly dark?: boolean;
  /** Whether the user has chosen all colours, light on dark; not by default. */
  readonly forcedColors?: boolean;
  /** Whether the page's scripts run; they do by default. */
  readonly javaScript?: boolean;
}

export interface Page {
  /** Of the answer: 200 and so on. */
  readonly status: number;
  /** Each URL outside 127.0.0.1 that the page asked for, in order. None of these requests was sent. */
  readonly refused: readonly string[];
  /** What the browser wrote on its console as errors, such as a violated policy or a script that threw. */
  readonly errors: readonly string[];
  /** What a reader sees, without what is hidden. */
  text(): Promise<string>;
  /** The value of a JavaScript expression in the page, which also works where the page's own scripts do not run. */
  evaluate<T>(expression: string, schema: z.ZodType<T>): Promise<T>;
  /** Writes what the window shows as PNG. */
  screenshot(path: string): Promise<void>;
  close(): Promise<void>;
}

/** Names and addresses but this one do not resolve, whoever asks in the browser: pages, workers, sockets, itself. */
const loopbackOnly = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1";

/** @throws Error saying what to install, when there is no Chromium for this machine. */
export async function openBrowser(): Promise<Browser> {
  const chromium = await prepareChromium();
  const home = await mkdtemp(join(tmpdir(), "fedjoin-browser-"));
  try {
    const puppet = await launch({
      executablePath: chromium.path,
      headless: "shell",
      pipe: true,
      userDataDir: join(home, "profile"),
      // As root, which is common in containers, Chromium has no sandbox to start.
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", loopbackOnly],
      env: { PATH: process.env["PATH"], HOME: home, XDG_CACHE_HOME: home, ...chromium.env },
    });
    return {
      page: (url, options) => openPage(puppet, url, options),
      close: async () => {
        await puppet.close();
        await rm(home, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    throw error;
  }
}

async function openPage(puppet: Puppet, url: string, options: PageOptions): Promise<Page> {
  const context = await puppet.createBrowserContext();
  const tab = await context.newPage();
  const refused = await refuseOthers(tab);
  const errors = listErrors(tab);
  await tab.setViewport({ width: options.width, height: options.height });
  await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: options.dark === true ? "dark" : "light" }]);
  if (options.forcedColors === true) await forceColours(tab);
  await tab.setJavaScriptEnabled(options.javaScript ?? true);
  const answer = await tab.goto(url);
  if (answer === null) throw new Error(`${url} gave no answer`);
  return {
    status: answer.status(),
    refused,
    errors,
    text: async () => String(await tab.evaluate("document.body.innerText")),
    evaluate: async (expression, schema) => schema.parse(await tab.evaluate(expression)),
    screenshot: async (path) => {
      await writeFile(path, await tab.screenshot({ type: "png" }));
    },
    close: () => context.close(),
  };
}

/** The media feature has no setting of its own; it comes with dark colours here. */
async function forceColours(tab: Tab): Promise<void> {
  const session = await tab.createCDPSession();
  const features = [
    { name: "forced-colors", value: "active" },
    { name: "prefers-color-scheme", value: "dark" },
  ];
  await session.send("Emulation.setEmulatedMedia", { features });
}

/** Lets requests to 127.0.0.1 pass, and lists all others. */
async function refuseOthers(tab: Tab): Promise<readonly string[]> {
  const refused: string[] = [];
  await tab.setRequestInterception(true);
  tab.on("request", (request) => {
    if (staysHere(request.url())) {
      void request.continue();
      return;
    }
    refused.push(request.url());
    void request.abort("accessdenied");
  });
  return refused;
}

function listErrors(tab: Tab): readonly string[] {
  const errors: string[] = [];
  tab.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  tab.on("pageerror", (error) => errors.push(String(error)));
  return errors;
}

function staysHere(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return hostname === "127.0.0.1" || protocol === "data:" || protocol === "blob:" || protocol === "about:";
}
