import { describe, expect, test } from 'vitest';
import { levelChanges, OTHER_MODULES, wantedChanges } from '../../../../src/answers/level-change.ts';
import { levelRequest } from '../../../../src/cli/log-levels/level-requests.ts';
import { SERVER_KINDS, type ServerKind } from '../../../../src/cli/log-levels/server-kind.ts';

const ENVOY_PAGE =
  'active loggers:\n  http: warning\n  misc: error\n  rbac: warning\n  main: warning\n  lua: warning\n';

function paths(
  kind: ServerKind,
  page: string,
  wanted: readonly { logger: string; level: string }[],
): string[] {
  const now = kind.parse(page, 'page');
  return kind.writes(wantedChanges(now.settings, wanted), now).map((write) => levelRequest(write, 1).path);
}

describe('Envoy', () => {
  const { envoy } = SERVER_KINDS;
  const all = (level: string) => ['http', 'misc', 'rbac', 'main', 'lua'].map((logger) => ({ logger, level }));

  test('is sent one level for all where all change, and the exceptions after it', () => {
    expect(paths(envoy, ENVOY_PAGE, all('debug'))).toEqual(['/logging?level=debug']);
    const butMisc = all('debug').map((one) => (one.logger === 'misc' ? { ...one, level: 'off' } : one));
    expect(paths(envoy, ENVOY_PAGE, butMisc)).toEqual(['/logging?level=debug', '/logging?misc=off']);
  });

  test('is sent names alone where few change, and nothing where none does', () => {
    expect(paths(envoy, ENVOY_PAGE, [{ logger: 'rbac', level: 'debug' }])).toEqual(['/logging?rbac=debug']);
    expect(paths(envoy, ENVOY_PAGE, [{ logger: 'rbac', level: 'warning' }])).toEqual([]);
  });

  test('is undone by the old levels of what changed, or by all of them where that is shorter', () => {
    const before = envoy.parse(ENVOY_PAGE, 'page');
    const few = wantedChanges(before.settings, [{ logger: 'rbac', level: 'debug' }]);
    expect(envoy.undo(few, before)).toEqual(['--level', 'rbac:warning']);
    expect(envoy.undo(wantedChanges(before.settings, all('debug')), before)).toEqual([
      '--level',
      'warning,misc:error',
    ]);
  });
});

describe('ztunnel', () => {
  const { ztunnel } = SERVER_KINDS;
  const page = 'current log level is hickory_server::server=off,info\n';

  test('is sent the bare level alone, which also undoes it', () => {
    const before = ztunnel.parse(page, 'page');
    const changes = wantedChanges(before.settings, [{ logger: OTHER_MODULES, level: 'debug' }]);
    expect(ztunnel.writes(changes, before)).toEqual([{ to: 'ztunnel', levels: 'debug', reset: false }]);
    expect(ztunnel.undo(changes, before)).toEqual(['--level', 'info']);
  });

  test('forgets the level of a module only by a new beginning', () => {
    const before = ztunnel.parse(page, 'page');
    const after = ztunnel.parse(
      'current log level is access=debug,hickory_server::server=off,info\n',
      'page',
    );
    const changes = levelChanges(before.settings, after.settings);
    expect(ztunnel.undo(changes, before)).toEqual(['--reset', '--level', 'hickory_server::server=off,info']);
    const back = levelChanges(after.settings, before.settings);
    expect(ztunnel.writes(back, after)).toEqual([
      { to: 'ztunnel', levels: 'hickory_server::server=off,info', reset: true },
    ]);
  });

  test('that answers another text is a data error', () => {
    expect(() => ztunnel.parse('404 page not found', 'page')).toThrow('names no level');
  });
});

describe('istiod', () => {
  const { istiod } = SERVER_KINDS;
  const scopes = [
    { name: 'ads', description: 'ads', output_level: 'info', stack_trace_level: 'none', log_callers: true },
    { name: 'grpc', description: '', output_level: 'none', stack_trace_level: 'none', log_callers: false },
  ];
  const now = istiod.parse(JSON.stringify(scopes), 'page');

  test('keeps what is not asked for of a scope: stack traces, and whether callers are logged', () => {
    expect(istiod.writes(wantedChanges(now.settings, [{ logger: 'ads', level: 'debug' }]), now)).toEqual([
      {
        to: 'istiod',
        scope: 'ads',
        values: { outputLevel: 'debug', stackTraceLevel: 'none', logCallers: true },
      },
    ]);
  });

  test('is undone by both options where both levels changed', () => {
    const changes = wantedChanges(now.settings, [
      { logger: 'grpc', level: 'info' },
      { logger: 'ads', level: 'error', stackTrace: true },
    ]);
    expect(istiod.undo(changes, now)).toEqual(['--level', 'grpc:none', '--stack-trace-level', 'ads:none']);
  });
});
