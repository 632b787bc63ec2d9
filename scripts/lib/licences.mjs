// The licence texts of the packages that ended up in the bundle, as their licences ask for.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Name, version and licence text of every package among the bundle's inputs, sorted by name. */
export async function licenceText(metafile) {
  const sections = [];
  for (const folder of bundledPackages(metafile)) {
    const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).sort();
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
    if (texts.length === 0) texts.push(await licenceInReadme(folder, name, license));
    sections.push(`${name} ${version} (${license})\n\n${texts.map((text) => text.trim()).join('\n\n')}\n`);
  }
  return sections.join(`\n${'-'.repeat(80)}\n\n`);
}

/** Folders of the packages among the bundle's inputs: only what really went in, not all that is installed. */
export function bundledPackages(metafile) {
  const used = new Set();
  for (const output of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
      const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path);
      if (match?.[1] !== undefined && bytesInOutput > 0) used.add(match[1]);
    }
  }
  return [...used].sort();
}

/** Some packages ship their licence only as a section of the README. */
async function licenceInReadme(folder, name, license) {
  const readme = (await readdir(folder)).find((file) => /^readme/i.test(file));
  const text = readme === undefined ? '' : await readFile(join(folder, readme), 'utf8');
  const section = /^#+\s*licen[cs]e[^\n]*\n([\s\S]*?)(?=^#|$(?![\s\S]))/im.exec(text)?.[1]?.trim();
  if (section) return section;
  if (license === undefined) throw new Error(`${name} ships no licence text and names no licence`);
  return `The package ships no licence file; its package.json says: ${license}`;
}
