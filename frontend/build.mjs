// Builds static/editor/ from src/: one script, and the licences of what is in it. `--check` compares instead of writing.
import { build } from "esbuild";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.join(here, "../static/editor");
const result = await build({
  absWorkingDir: here,
  entryPoints: { editor: "src/main.ts" },
  outdir: target,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  write: false,
});
const files = new Map(result.outputFiles.map((file) => [path.relative(target, file.path), Buffer.from(file.contents)]));
files.set("LICENSES.txt", Buffer.from(await licences(result.metafile)));

if (process.argv.includes("--check")) await compare();
else await write();

async function write() {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  for (const [name, content] of files) await writeFile(path.join(target, name), content);
  for (const [name, content] of files) console.log(`${name} ${(content.length / 1000).toFixed(0)} kB`);
}

async function compare() {
  const there = new Set(await readdir(target).catch(() => []));
  const stale = [];
  for (const [name, content] of files) {
    const same = there.delete(name) && content.equals(await readFile(path.join(target, name)));
    if (!same) stale.push(name);
  }
  stale.push(...there);
  if (stale.length) {
    console.error(`static/editor is not what frontend/ builds (${stale.join(", ")}). Run: make editor`);
    process.exit(1);
  }
}

async function licences(metafile) {
  const packages = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const match = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) packages.add(match[1]);
  }
  const texts = [];
  for (const name of [...packages].sort()) {
    const folder = path.join(here, "node_modules", name);
    const about = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? (await readFile(path.join(folder, file), "utf8")).trim() : `Licence: ${about.license}`;
    texts.push(`${name} ${about.version}\n\n${text}\n`);
  }
  return texts.join(`\n${"-".repeat(78)}\n\n`);
}
