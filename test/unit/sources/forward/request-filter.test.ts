import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AllowedHosts } from '../../../../src/sources/forward/allowed-hosts.ts';
import {
  CONTROLZ_PAGES,
  ENVOY_PAGES,
  ISTIOD_PAGES,
  isReadingPage,
  type ReadingPages,
  ZTUNNEL_PAGES,
} from '../../../../src/sources/forward/reading-pages.ts';
import { type FilterRules, refusalOf } from '../../../../src/sources/forward/request-filter.ts';

const hosts = new AllowedHosts('localhost', 15000);

function rules(pages: ReadingPages = ENVOY_PAGES, allowPost = false): FilterRules {
  return { hosts, pages, allowPost };
}

/** A web interface: nothing but the address is looked at. */
const WEB: FilterRules = { hosts, allowPost: false };

function ask(method: string, url: string, headers: Record<string, string[]> = {}) {
  return { method, url, headersDistinct: { host: ['localhost:15000'], ...headers } };
}

describe('an admin server behind a forward', () => {
  it.each([
    '/',
    '/clusters?format=json',
    '/config_dump?include_eds',
    '/stats?filter=rbac&usedonly',
    '/stats/prometheus',
    '/logging',
    '/server_info',
  ])('shows the reading page %s', (url) => {
    expect(refusalOf(ask('GET', url), rules())).toBe(undefined);
    expect(refusalOf(ask('HEAD', url), rules())).toBe(undefined);
  });

  it.each([
    '/quitquitquit',
    '/drain_listeners?graceful',
    '/reset_counters',
    '/logging?level=debug',
    '/logging?paths=',
    '/healthcheck/fail',
    '/healthcheck/ok',
    '/runtime_modify?a=b',
    '/cpuprofiler?enable=y',
    '/heapprofiler?enable=y',
    '/reopen_logs',
    '/tap',
    '//quitquitquit',
    '/./quitquitquit',
    '/stats/../quitquitquit',
    '/%71uitquitquit',
    '/clusters/../quitquitquit',
    '/clusters#/../quitquitquit',
    '/clusters%3f/../quitquitquit',
    '/clusters;/quitquitquit',
    '/clusters\\..\\quitquitquit',
    '/QUITQUITQUIT',
    '/clusters/',
    '/pages-of-later-versions',
  ])('is not asked for %s', (url) => {
    expect(refusalOf(ask('GET', url), rules())?.status).toBe(403);
    expect(refusalOf(ask('GET', url), rules(ENVOY_PAGES, true))).toBe(undefined);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'QUERY'])('is sent no %s', (method) => {
    expect(refusalOf(ask(method, '/clusters'), rules())?.status).toBe(403);
    expect(refusalOf(ask(method, '/logging'), rules(ENVOY_PAGES, true))).toBe(undefined);
  });

  it.each(['http://localhost:15000/quitquitquit', 'http://evil.example/', 'localhost:15000', '*', ''])(
    'is not asked by a whole address, such as %s',
    (url) => {
      expect(refusalOf(ask('GET', url), rules(ENVOY_PAGES, true))?.status).toBe(400);
      expect(refusalOf(ask('GET', url), WEB)?.status).toBe(400);
    },
  );

  it('takes no body with a GET and no other protocol', () => {
    expect(refusalOf(ask('GET', '/stats', { 'content-length': ['3'] }), rules())?.status).toBe(400);
    expect(refusalOf(ask('GET', '/stats', { 'transfer-encoding': ['chunked'] }), rules())?.status).toBe(400);
    expect(refusalOf(ask('GET', '/stats', { 'content-length': ['0'] }), rules())).toBe(undefined);
    expect(refusalOf(ask('GET', '/stats', { upgrade: ['h2c'] }), rules(ENVOY_PAGES, true))?.status).toBe(403);
  });

  it('is changed by no page of another site, even with --allow-post', () => {
    const posts = rules(ENVOY_PAGES, true);
    const from = (site: string) => ask('GET', '/quitquitquit', { 'sec-fetch-site': [site] });
    expect(refusalOf(from('cross-site'), posts)?.status).toBe(403);
    expect(refusalOf(from('same-site'), posts)?.status).toBe(403);
    expect(refusalOf(from('same-origin'), posts)).toBe(undefined);
    expect(refusalOf(from('none'), posts)).toBe(undefined);
  });

  it('of istiod pushes nothing, clears nothing and disconnects nobody', () => {
    for (const url of [
      '/debug/adsz?push=true',
      '/debug/adsz?pretty&push=true',
      '/debug/adsz?%70ush=true',
      '/debug/cachez?clear=true',
      '/debug/cachez?sizes=true&clear=true',
      '/debug/force_disconnect?proxyID=a',
      '/debug/pprof/profile',
      '/debug/adsz/../force_disconnect',
      '/debug//adsz',
      '/debug?push=true',
      '/quitquitquit',
    ]) {
      expect(isReadingPage(ISTIOD_PAGES, url), url).toBe(false);
    }
    for (const url of [
      '/debug',
      '/debug/syncz?pretty',
      '/debug/cachez?sizes=true',
      '/debug/edsz?proxyID=a.b',
      '/version',
    ]) {
      expect(isReadingPage(ISTIOD_PAGES, url), url).toBe(true);
    }
  });

  it('of ControlZ and ztunnel shows pages and ends nothing', () => {
    for (const url of [
      '/',
      '/scopez/',
      '/scopej/',
      '/scopej/ads',
      '/memz/',
      '/css/all.css',
      '/js/vendor/clarity-ui.min.js',
    ]) {
      expect(isReadingPage(CONTROLZ_PAGES, url), url).toBe(true);
    }
    for (const url of [
      '/homej/exit',
      '/memj/forcecollection',
      '/signalj/SIGUSR1',
      '/css/../homej/exit',
      '/css/%2e%2e/homej/exit',
      '//homej/exit',
    ]) {
      expect(isReadingPage(CONTROLZ_PAGES, url), url).toBe(false);
    }
    expect(isReadingPage(ZTUNNEL_PAGES, '/config_dump')).toBe(true);
    expect(isReadingPage(ZTUNNEL_PAGES, '/logging')).toBe(false);
  });
});

describe('the address that a forward is asked by', () => {
  it.each(['localhost:15000', '127.0.0.1:15000', '[::1]:15000', 'LOCALHOST:15000'])('may be %s', (host) => {
    expect(refusalOf(ask('GET', '/', { host: [host] }), rules())).toBe(undefined);
    expect(refusalOf(ask('GET', '/', { origin: [`http://${host}`] }), rules())).toBe(undefined);
  });

  it.each([
    'evil.example:15000',
    'localhost.evil.example:15000',
    'localhost',
    'localhost:15001',
    'localhost:15000.evil.example',
    'localhost:15000@evil.example',
    'evil.example@localhost:15000',
    'localhost.:15000',
    '127.0.0.2:15000',
    '0x7f.1:15000',
    '2130706433:15000',
    '[::ffff:127.0.0.1]:15000',
    '::1:15000',
    '10.0.0.1:15000',
    ' localhost:15000',
    'localhost:015000000',
    '',
  ])('is not "%s"', (host) => {
    expect(refusalOf(ask('GET', '/', { host: [host] }), rules())?.status).toBe(403);
    expect(refusalOf(ask('GET', '/', { host: [host] }), WEB)?.status).toBe(403);
    expect(refusalOf(ask('GET', '/', { origin: [`http://${host}`] }), rules())?.status).toBe(403);
  });

  it('stands in the request once', () => {
    expect(refusalOf(ask('GET', '/', { host: [] }), rules())?.status).toBe(403);
    const twice = { host: ['localhost:15000', 'evil.example'] };
    expect(refusalOf(ask('GET', '/', twice), rules())?.status).toBe(403);
  });

  it.each(['null', 'https://localhost:15000', 'http://localhost:3000', 'file://', 'http://localhost'])(
    'is not that of a page of origin %s',
    (origin) => {
      expect(refusalOf(ask('GET', '/', { origin: [origin] }), WEB)?.status).toBe(403);
    },
  );

  it('may leave port 80 out, and be any address, but no name, where every address is listened on', () => {
    expect(new AllowedHosts('localhost', 80).allows('localhost')).toBe(true);
    const any = new AllowedHosts('0.0.0.0', 8001);
    expect([
      any.allows('10.1.2.3:8001'),
      any.allows('[fd00::1]:8001'),
      any.allows('rebound.example:8001'),
    ]).toEqual([true, true, false]);
    const one = new AllowedHosts('10.1.2.3', 8001);
    expect([one.allows('10.1.2.3:8001'), one.allows('10.1.2.4:8001')]).toEqual([true, false]);
  });

  it('is no text that anybody can think of but the few that are', () => {
    const text = fc.oneof(
      fc.string(),
      fc.webAuthority(),
      fc.tuple(fc.string(), fc.constantFrom('localhost:15000', '127.0.0.1:15000')).map(([a, b]) => a + b),
      fc.tuple(fc.constantFrom('localhost:15000', '[::1]:15000'), fc.string()).map(([a, b]) => a + b),
    );
    const own = /^(?:localhost|127\.0\.0\.1|\[::1\]):0*15000$/i;
    fc.assert(fc.property(text, (host) => !hosts.allows(host) || own.test(host)));
  });
});

describe('a web interface behind a forward', () => {
  it('is asked with every method, path and protocol from its own pages', () => {
    for (const [method, url] of [
      ['POST', '/api/ds/query'],
      ['DELETE', '/api/dashboards/uid/a'],
      ['GET', '/kiali/console?x=%2F..'],
    ] as const)
      expect(refusalOf(ask(method, url, { origin: ['http://localhost:15000'] }), WEB)).toBe(undefined);
    expect(refusalOf(ask('GET', '/live/ws', { upgrade: ['websocket'] }), WEB)).toBe(undefined);
    const foreign = ask('POST', '/api/ds/query', { origin: ['http://evil.example'] });
    expect(refusalOf(foreign, WEB)?.status).toBe(403);
  });
});

it('no path but the listed ones is a reading page, however it is written', () => {
  const spoilt = fc
    .tuple(
      fc.constantFrom(
        '/',
        '//',
        '/./',
        '/stats/../',
        '/%2f',
        '/clusters/',
        '/clusters;',
        '/clusters%00',
        '/\t',
      ),
      fc.constantFrom(
        'quitquitquit',
        'reset_counters',
        'drain_listeners',
        'healthcheck/fail',
        '%71uitquitquit',
      ),
      fc.constantFrom('', '?', '?a=b', '#', ' '),
    )
    .map((parts) => parts.join(''));
  fc.assert(fc.property(spoilt, (url) => !isReadingPage(ENVOY_PAGES, url)));
});
