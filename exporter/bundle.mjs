// @ts-check
// Writes the exporter as one file, and the notices of the packages in it, into exporter/dist-bundle or the folder given.
import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const outdir = resolve(process.argv[2] ?? join(import.meta.dirname, "dist-bundle"));

/** Modules that no path of the exporter reaches. */
const leftOut = new Map([
  // axios: proxies, redirects, forms, HTTP/2 and fetch. The transport has agents of its own, follows nothing and sends JSON.
  ["https-proxy-agent/dist/index.js", "module.exports = class {};"],
  ["follow-redirects/index.js", "module.exports = {};"],
  ["form-data/lib/form_data.js", "module.exports = class {};"],
  ["axios/lib/adapters/fetch.js", "export const getFetch = () => undefined;"],
  ["http2", "module.exports = {};"],
  // prom-client: exemplars of traces.
  ["@opentelemetry/api/build/esm/index.js", "export {};"],
  // zod: translations of messages.
  ["zod/v4/locales/index.js", "export {};"],
]);

const { version } = readManifest(import.meta.dirname);
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { "fedjoin-exporter": "exporter/src/main.ts" },
  outdir,
  bundle: true,
  platform: "node",
  target: "node22",
  // Names stay, so that a stack trace can be read; `keepNames` beside short names costs 8 MB of memory.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  metafile: true,
  // The sources are ES modules, from which what is not used can be left out.
  alias: { "@fedjoin/provider/internal": "./provider/src" },
  define: { bundledBuild: JSON.stringify({ version, revision: readRevision() }) },
  plugins: [{ name: "leave out", setup: leaveOut }],
});

const used = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
const folders = new Set(used.flatMap((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []));
const notices = [...folders].map((folder) => notice(join(root, folder))).toSorted();
writeFileSync(join(outdir, "THIRD-PARTY-NOTICES"), notices.join(`\n${"-".repeat(80)}\n\n`));
chmodSync(join(outdir, "fedjoin-exporter.js"), 0o755);

/** @param {import("esbuild").PluginBuild} bundler */
function leaveOut({ onResolve, onLoad, onEnd }) {
  const missing = new Set(leftOut.keys());
  const load = (/** @type {{ path: string }} */ { path }) => {
    const file = path.split("/node_modules/").at(-1) ?? "";
    missing.delete(file);
    const contents = leftOut.get(file);
    return contents === undefined ? undefined : { contents };
  };
  onLoad({ filter: /\/(fetch|form_data|index)\.js$/ }, load);
  // Node's own modules have no file.
  onResolve({ filter: /^http2$/ }, ({ path }) => ({ path, namespace: "node" }));
  onLoad({ filter: /^/, namespace: "node" }, load);
  onEnd(() => ({ errors: [...missing].map((file) => ({ text: `${file} is left out, but nothing asks for it` })) }));
}

/** @param {string} folder */
function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

/** The commit: FEDJOIN_REVISION where a build has no repository, such as in a container. */
function readRevision() {
  const given = process.env["FEDJOIN_REVISION"];
  if (given !== undefined) return given;
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    return "";
  }
}

/**
 * Name, version and licence of a package, and the text that comes with it: some have it in their README only.
 * @param {string} folder
 */
function notice(folder) {
  const { name, version, license } = readManifest(folder);
  const files = readdirSync(folder);
  const own = files.filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).toSorted();
  const texts = own.map((file) => readFileSync(join(folder, file), "utf8").trim());
  const readme = files.find((file) => /^readme/i.test(file));
  if (texts.length === 0 && readme !== undefined) {
    const [, section] = /^(?:#+ *)?licen[cs]e\n(.*)/ims.exec(readFileSync(join(folder, readme), "utf8")) ?? [];
    texts.push((section ?? "").trim());
  }
  if (texts.join("") === "") throw new Error(`${name} ${version} has no text of its licence`);
  return [`${name} ${version}`, `Licence: ${license}`, ...texts].join("\n\n") + "\n";
}
