import { base64, block, jwt, line } from './form-parts.ts';
import type { Form } from './planted-recording.ts';

const log = (what: string, text: (secret: string) => string): Form => ({
  what: `log: ${what}`,
  file: 'istiod-log',
  put: (s) => line(text(s)),
});
const access = (what: string, text: (secret: string) => string): Form => ({
  what: `access log: ${what}`,
  file: 'proxy-log',
  put: (s) => `[2026-11-23T02:11:00.000Z] ${text(s)}`,
});
const lines = (what: string, all: (secret: string) => string): Form => ({
  what: `lines of a log: ${what}`,
  file: 'proxy-log',
  put: all,
});
const prefixed = (text: string): string =>
  text.replaceAll(/^/gm, '[2026-11-23T02:11:00.000Z][12][debug][wasm] wasm log: ');
const body = (secret: string): string => `MIIEowIBAAKCAQEA${secret}`.padEnd(64, 'B');

/** Forms that logs are known to hold secrets in. */
export const REAL_LOG_FORMS: readonly Form[] = [
  log('password behind a colon', (s) => `connecting as ledger, password: ${s}, to db`),
  log('token behind a colon', (s) => `got token: ${s} for mesh`),
  log('key in words', (s) => `api key: ${s}`),
  log('password that is said', (s) => `the password is ${s}`),
  log('password in quotes', (s) => `wrong password "${s}" for ledger`),
  log('structure of Go', (s) => `config {Host:db Password:${s} Port:5432}`),
  log('pointer of Go', (s) => `config &main.DB{User:"a", Password:"${s}"}`),
  log('map of Go', (s) => `config map[password:${s} user:ledger]`),
  log('metadata of a call', (s) => `md map[authorization:[Bearer ${s}] x-shop:[a]]`),
  log('metadata of a call with a key', (s) => `md map[x-api-key:[${s}]]`),
  log('dictionary of Python', (s) => `config {'user': 'a', 'password': '${s}'}`),
  log('bytes of Python', (s) => `config {b'password': b'${s}'}`),
  log('object of Java', (s) => `Config{user='a', password='it is ${s}', port=1}`),
  log('hash of Ruby', (s) => `Parameters: {"user"=>"a", "password"=>"${s}"}`),
  log('logfmt in quotes', (s) => `level=info password="a horse ${s}" user=a`),
  log('JSON with text around', (s) => `body={"user":"a","password":"${s}"} status=200`),
  log('JSON in quotes with text around', (s) => `body="{\\"password\\":\\"a\\\\\\"${s}\\"}" status=200`),
  log('JSON in HTML', (s) => `&quot;password&quot;:&quot;${s}&quot;`),
  log('JSON by code points', (s) => `\\u0022password\\u0022:\\u0022${s}\\u0022`),
  log('JSON in a URL with a blank', (s) => `q=%7B%22password%22%3A+%22${s}%22%7D`),
  log('colon in a URL', (s) => `q=password%3A%20${s}%0A`),
  log('twice encoded', (s) => `q=password%253D${s}`),
  log('command of a cache', (s) => `cmd "AUTH" "ledger" "${s}"`),
  log('command of a cache without quotes', (s) => `> AUTH ${s}`),
  log('digest', (s) => `Authorization: Digest username="a", realm="b", response="${s}"`),
  log('ticket', (s) => `Authorization: Negotiate YII${s}`),
  log('scheme of its own', (s) => `Authorization: SSWS ${s}`),
  log('token as a parameter', (s) => `Authorization: Token token="${s}"`),
  log('bearer in other letters', (s) => `authorization=BEARER ${s}`),
  log('key in a header without x', (s) => `apikey: ${s}`),
  log('header of a code host', (s) => `PRIVATE-TOKEN: ${s}`),
  log('header of a cloud', (s) => `Ocp-Apim-Subscription-Key: ${s}`),
  log('assertion in a header', (s) => `x-goog-iap-jwt-assertion: ${s}`),
  log('request of curl', (s) => `> X-Auth-Key: ${s}`),
  log('device code', (s) => `client_assertion=${s}&grant_type=x`),
  log('refresh', (s) => `refresh_token=${s}`),
  log('login in an address in brackets', (s) => `dial [postgres://ledger:${s}@db:5432]: refused`),
  log('login with a percent sign in an address', (s) => `dial postgres://ledger:%24a${s}@db:5432: refused`),
  log('login with an at sign in an address', (s) => `dial postgres://ledger:a@b${s}@db:5432: refused`),
  log('user that is a token', (s) => `cloning git+https://oauth2:${s}@git.example/a.git`),
  log('user that is a token over SSH', (s) => `cloning ssh://${s}x9@git.example/a.git`),
  log('base64 in the midst', (s) => `env ${base64(`DB_PASSWORD=${s} PORT=1`)} loaded`),
  log('JWT in an error', (s) => `parse "${jwt(s)}": expired`),
  log('JWT without its signature', (s) => `got eyJhbGciOiJub25lIn0.${base64(JSON.stringify({ sub: s }))}.`),
  log(
    'JWT that is cut off',
    (s) => `got eyJhbGciOiJSUzI1NiJ9.${base64(JSON.stringify({ sub: s, a: 1 }))}...`,
  ),
  {
    ...log('hexadecimal', (s) => `secret=0x${Buffer.from(s).toString('hex')}`),
    traces: (s) => [Buffer.from(s).toString('hex')],
  },
  log('key in one line', (s) => `"${block('PRIVATE KEY', s, '\\\\n')}"`),
  log('very long line', (s) => `${'abc def '.repeat(20_000)}password=${s} ${'x'.repeat(70_000)}`),
  log('long line of JSON', (s) => JSON.stringify({ a: 'x '.repeat(50_000), body: { apiKey: s } })),
  access('session of Java', (s) => `"GET /cart;jsessionid=${s} HTTP/1.1" 200 -`),
  access('cookie without its name', (s) => `"GET / HTTP/1.1" 200 - "JSESSIONID=${s}; theme=dark" "curl"`),
  access('cookie of another program', (s) => `"GET / HTTP/1.1" 200 - "theme=dark; connect.sid=s%3A${s}.abc"`),
  access('session in a cookie', (s) => `"GET / HTTP/1.1" 200 - "_shop_session=${s}"`),
  access('CSRF in a query', (s) => `"GET /?csrf=a&_csrf_token=${s} HTTP/1.1" 200 -`),
  access('key in a query', (s) => `"GET /maps?subscription-key=${s} HTTP/1.1" 200 -`),
  access('short key in a query', (s) => `"GET /maps?apikey=${s} HTTP/1.1" 200 -`),
  access('password in a query', (s) => `"GET /login?user=a&pwd=${s} HTTP/1.1" 200 -`),
  access('short password in a query', (s) => `"GET /login?user=a&pass=${s} HTTP/1.1" 200 -`),
  access('ticket in a query', (s) => `"GET /cb?ticket=ST-1-${s}&a=1 HTTP/1.1" 302 -`),
  access('answer of a login', (s) => `"POST /acs?SAMLResponse=${base64(`<a>${s}</a>`)} HTTP/1.1" 302 -`),
  access('password that is reset', (s) => `"GET /reset?reset_password_token=${s} HTTP/1.1" 200 -`),
  access(
    'signed address of a cloud',
    (s) => `"GET /a?Expires=1&Signature=${s}%3D&Key-Pair-Id=K1 HTTP/1.1" 200 -`,
  ),
  access('signed address of another cloud', (s) => `"GET /a?X-Goog-Signature=${s} HTTP/1.1" 200 -`),
  access('link that was sent', (s) => `"GET /invite?otp=${s} HTTP/1.1" 200 -`),
  lines('key with a prefix in each', (s) =>
    prefixed(
      ['-----BEGIN RSA PRIVATE KEY-----', body(s), body('QIDAQAB'), '-----END RSA PRIVATE KEY-----'].join(
        '\n',
      ),
    ),
  ),
  lines('key that is cut off', (s) =>
    ['-----BEGIN RSA PRIVATE KEY-----', body('QIDAQAB'), body(s).replace('MIIEowIBAAKCAQEA', 'abcd')].join(
      '\n',
    ),
  ),
  lines('key that begins before', (s) =>
    [body(s).replace('MIIEowIBAAKCAQEA', 'abcd'), body('QIDAQAB'), '-----END RSA PRIVATE KEY-----'].join(
      '\n',
    ),
  ),
  lines('JSON over several', (s) => `{\n  "user": "a",\n  "password": "${s}"\n}`),
  lines('headers of Envoy', (s) => `':path', '/'\n'x-shop-session', '${s}'\n'host', 'a'`),
  lines('YAML of settings', (s) => `settings:\n  db:\n    password: |\n      ${s}\n`),
];
