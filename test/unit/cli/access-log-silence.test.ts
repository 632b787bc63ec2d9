import { expect, it } from 'vitest';
import { silenceOf } from '../../../src/cli/access-log-silence.ts';
import type { CommandContext } from '../../../src/cli/context.ts';

const LOGGERS = 'type.googleapis.com/envoy.extensions.access_loggers';
const POD = {
  pod: { name: 'a', namespace: 'shop' },
  reader: undefined,
  proxy: 'envoy',
  isWhole: true,
} as const;

/** A context whose source has this configuration of Envoy, or none. */
function contextWith(dump: string | undefined): CommandContext {
  const answer =
    dump === undefined
      ? { ok: false, error: { code: 'NotRecorded', asked: '', of: '', reason: '' } }
      : { ok: true, value: Buffer.from(dump) };
  return { source: async () => ({ envoy: async () => answer }) } as unknown as CommandContext;
}

it.each([
  ['off', '{"configs":[]}', 0],
  ['no-requests', `{"@type":"${LOGGERS}.file.v3.FileAccessLog"}`, 0],
  ['no-requests', `{"@type":"${LOGGERS}.stream.v3.StdoutAccessLog"}`, 0],
  ['elsewhere', `{"@type":"${LOGGERS}.open_telemetry.v3.OpenTelemetryAccessLogConfig"}`, 0],
  ['unknown', undefined, 0],
  ['other-format', '{"configs":[]}', 3],
])('a log without access lines is %s', async (state, dump, otherFormat) => {
  const target = { ...POD, addresses: new Set<string>(), isGateway: false };
  const silence = await silenceOf(contextWith(dump), target, { otherFormat }, 5);
  expect(silence.state).toBe(state);
  if (state === 'off' || state === 'unknown') expect(silence.next).toContain('accessLogFile: /dev/stdout');
});
