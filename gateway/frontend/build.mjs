// Builds gateway/static/build: one style sheet, one script per entry, images; each with its content's
// hash in the name, compressed once, and a manifest that maps plain names to built ones.

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { compile } from "sass";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../..");
const target = path.resolve(here, "../static/build");
const fresh = `${target}.new`;
const manifest = {};

async function emit(name, content) {
  const { name: stem, ext } = path.parse(name);
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const built = `${stem}.${hash}${ext}`;
  await writeFile(path.join(fresh, built), content);
  await writeFile(path.join(fresh, `${built}.gz`), gzipSync(content, { level: 9 }));
  manifest[name] = built;
}

async function styles() {
  const css = compile(path.join(here, "styles/site.scss"), {
    loadPaths: [path.join(root, "node_modules/govuk-frontend/dist")],
    style: "compressed",
    quietDeps: true,
  }).css;
  await emit("site.css", Buffer.from(css));
}

async function scripts() {
  // Every file directly under src/ is an entry of its own; folders hold what entries share.
  const entries = (await readdir(path.join(here, "src"))).filter((f) => f.endsWith(".ts") && !f.endsWith(".d.ts"));
  const { outputFiles } = await build({
    entryPoints: entries.map((file) => path.join(here, "src", file)),
    outdir: fresh,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022", "safari16"],
    write: false,
    logLevel: "warning",
  });
  for (const file of outputFiles) await emit(path.basename(file.path), file.contents);
}

async function images() {
  for (const file of await readdir(path.join(here, "images"))) {
    await emit(file, await readFile(path.join(here, "images", file)));
  }
}

await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });
await Promise.all([styles(), scripts(), images()]);
await writeFile(path.join(fresh, "manifest.json"), JSON.stringify(manifest, null, 2));
await rm(target, { recursive: true, force: true });
await rename(fresh, target);
console.log(Object.values(manifest).join("\n"));
