// Makes a fixture of a recorded snapshot: node scripts/trim-snapshot.mjs <snapshot folder> <new folder>
// Keeps what commands ask for, takes the white space out of JSON, shortens logs, and writes snapshot.json anew.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const LOG_LINES = 60;
/** Pages that istiod answers alike for every proxy, and those that only repeat others. */
const DROPPED = [
  /\/debug\/(?:krtz|endpointShardz|cachez[^/]*|pushcontext)\.(?:json|txt)$/,
  /\/debug\/(?!config_dump\/|edsz\/)[^/]+\//,
  /\/xds\/(?!syncz|internal-debug-syncz|connections|list|mesh)[^/]+$/,
  /\/(?:config_dump_no_eds|runtime)\.json$/,
  /\/(?:version|ready)\.txt$/,
  /\/kubernetes\/(?:version|apps\/v1\/controllerrevisions|apiregistration.*|networking\.k8s\.io\/v1\/(?:ipaddresses|servicecidrs)|scheduling.*)\.json$/,
];

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) {
  console.error('usage: node scripts/trim-snapshot.mjs <snapshot folder> <new folder>');
  process.exit(64);
}
const index = JSON.parse(readFileSync(join(from, 'snapshot.json'), 'utf8'));
const old = new Map(index.contents.map((entry) => [entry.path, entry]));
const contents = [];
for (const path of files(from)) {
  if (path === 'snapshot.json' || DROPPED.some((pattern) => pattern.test(path))) continue;
  const bytes = trim(path, readFileSync(join(from, path), 'utf8'));
  const target = join(to, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  contents.push({ ...old.get(path), path, status: 'ok', bytes: bytes.byteLength, sha256 });
}
for (const entry of index.contents) {
  if (entry.status === 'ok' || DROPPED.some((pattern) => pattern.test(entry.path))) continue;
  contents.push({ ...entry, reason: entry.reason || reasonOf(entry.path) });
}
contents.sort((a, b) => (a.path < b.path ? -1 : 1));
writeFileSync(join(to, 'snapshot.json'), `${JSON.stringify({ ...index, contents }, null, 1)}\n`);

function reasonOf(path) {
  return /\/(?:proxies|ztunnel)\//.test(path)
    ? 'no proxy process answered in the pod'
    : 'istiod gave no answer';
}

function* files(root, folder = root) {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(root, path);
    else yield relative(root, path);
  }
}

function trim(path, text) {
  if (path.endsWith('.log'))
    return Buffer.from(text.trimEnd().split('\n').slice(-LOG_LINES).join('\n').concat('\n'));
  // Between tokens only: numbers keep the digits and strings the escapes that they were recorded with.
  if (path.endsWith('.json'))
    return Buffer.from(text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_all, string) => string ?? ''));
  return Buffer.from(text);
}
