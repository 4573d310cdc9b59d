// Bundles the page's script: `node build.mjs --out DIR`, after `npm ci --ignore-scripts` beside this file.
//
// certificate.js is a classic script. certificate-old.js is a module, because it is fetched by import()
// only when the old file format is ticked. Beside each lies NAME.LEGAL.txt with the licences of the
// packages that it really holds (their BSD and MIT texts ask for it).
import { build } from "esbuild";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = path.dirname(fileURLToPath(import.meta.url));
const { out } = parseArgs({ options: { out: { type: "string" } } }).values;
if (!out) throw new Error("usage: node build.mjs --out DIR");

const BUNDLES = [
  { name: "certificate", format: "iife" },
  { name: "certificate-old", format: "esm" },
];

function packagesOf(inputs) {
  const found = Object.keys(inputs).map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]);
  return [...new Set(found.filter(Boolean))].sort();
}

async function licenceOf(name) {
  const folder = path.join(here, "node_modules", name);
  const { version } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} ships no licence text`);
  return `${name} ${version}\n\n${await readFile(path.join(folder, file), "utf8")}`;
}

await mkdir(out, { recursive: true });
for (const { name, format } of BUNDLES) {
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: [`src/${name}.js`],
    outfile: path.resolve(out, `${name}.js`),
    bundle: true,
    minify: true,
    format,
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    banner: { js: `/*! Licences: ${name}.js.LEGAL.txt */` },
    metafile: true,
    logLevel: "warning",
  });
  const licences = await Promise.all(packagesOf(metafile.inputs).map(licenceOf));
  await writeFile(path.join(out, `${name}.js.LEGAL.txt`), licences.join(`\n${"=".repeat(72)}\n`));
}
