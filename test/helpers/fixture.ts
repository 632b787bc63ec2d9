import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigDump } from '../../src/envoy/dump.ts';
import { type Entry, listenerEntries } from '../../src/envoy/entry.ts';
import { ROOT } from './run.ts';

/** A JSON file under `fixtures/`. */
export function fixtureJson(path: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, 'fixtures', path), 'utf8'));
}

/** A config_dump under `fixtures/`. */
export function fixtureDump(path: string): ConfigDump {
  return ConfigDump.open(fixtureJson(path), path);
}

/** The listeners of a `ListenersConfigDump` section written in a test. */
export function listenersOf(section: Record<string, unknown>): Entry[] {
  const type = 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump';
  return listenerEntries(ConfigDump.open({ configs: [{ '@type': type, ...section }] }, 'test'));
}
