import { gzipSync } from 'node:zlib';
import { base64, env, pod, settings } from './form-parts.ts';
import type { Form } from './planted-recording.ts';

const variable = (what: string, name: string, value: (secret: string) => string = (s) => s): Form => ({
  what: `variable: ${what}`,
  file: 'pods',
  put: (s) => env(name, value(s)),
});
const args = (what: string, words: (secret: string) => readonly string[]): Form => ({
  what: `arguments: ${what}`,
  file: 'pods',
  put: (s) => pod({ args: words(s) }),
});
const shell = (what: string, line: (secret: string) => string): Form => ({
  what: `shell: ${what}`,
  file: 'pods',
  put: (s) => pod({ command: ['sh', '-c', line(s)] }),
});
const release = (secret: string): string =>
  gzipSync(JSON.stringify({ name: 'shop', config: { database: { password: secret } } })).toString('base64');
const wide = (secret: string): string => Buffer.from(`$password="${secret}"`, 'utf16le').toString('base64');

/** Forms that pods and other workloads are known to hold secrets in. */
export const REAL_WORKLOAD_FORMS: readonly Form[] = [
  variable('login of a registry', 'REGISTRY', (s) =>
    JSON.stringify({ auths: { r: { auth: base64(`ci:${s}`), email: 'a@b.example' } } }),
  ),
  variable('login of a registry in base64', 'REGISTRY', (s) =>
    base64(JSON.stringify({ auths: { r: { username: 'ci', password: s } } })),
  ),
  variable('identity of a registry', 'REGISTRY', (s) =>
    JSON.stringify({ auths: { r: { identitytoken: s } } }),
  ),
  variable('password of a database', 'DB_PASS'),
  variable('password of another database', 'MYSQL_PWD'),
  variable('login of a cache', 'REDISCLI_AUTH'),
  variable('key of sessions', 'SECRET_KEY_BASE'),
  variable('key of an application', 'APP_KEY', (s) => `base64:${base64(s)}=`),
  variable('key that signs', 'JWT_SIGNING_KEY'),
  variable('key that encrypts', 'ENCRYPTION_KEY'),
  variable('key of a licence', 'NEW_RELIC_LICENSE_KEY'),
  variable('key of a monitoring application', 'DD_APP_KEY'),
  variable('key of a master', 'RAILS_MASTER_KEY'),
  variable('key that unseals', 'VAULT_UNSEAL_KEY'),
  variable('key of storage', 'AZURE_STORAGE_KEY'),
  variable('cookie of a broker', 'RABBITMQ_ERLANG_COOKIE'),
  variable('personal token', 'GITHUB_PAT'),
  variable('older password', 'DB_PASSWORD_OLD'),
  variable('second key', 'API_KEY_2'),
  variable('password with a number', 'ADMIN_PASSWORD1'),
  variable('token of production', 'SHOP_TOKEN_PROD'),
  variable('user and password', 'BASIC_AUTH', (s) => `edge:${s}`),
  variable('credentials', 'SHOP_CREDS'),
  variable(
    'login of a broker',
    'KAFKA_SASL_JAAS_CONFIG',
    (s) =>
      `org.apache.kafka.common.security.plain.PlainLoginModule required username="ledger" password="a ${s}";`,
  ),
  variable('address of an error tracker', 'SENTRY_DSN', (s) => `https://${s}@o1.ingest.example/42`),
  variable(
    'string of a database',
    'LEDGER',
    (s) => `host=db.payments user=ledger password=${s} sslmode=require`,
  ),
  variable('string of a database in quotes', 'LEDGER', (s) => `host=db user=ledger password='a horse ${s}'`),
  variable('address with signs in the password', 'LEDGER', (s) => `postgres://ledger:a%24b${s}@db:5432/l`),
  variable(
    'address with a slash in the password',
    'LEDGER',
    (s) => `amqp://ledger:a/b${s}@mq.payments:5672/`,
  ),
  variable('address of a mail server', 'MAIL', (s) => `smtps://shop%40example.com:${s}@smtp.example:465`),
  variable('address in an address', 'NEXT', (s) => `/login?next=https%3A%2F%2Fops%3A${s}%40ops.shop%2F`),
  variable(
    'options of a virtual machine',
    'JAVA_OPTS',
    (s) => `-Xmx1g -Djavax.net.ssl.keyStorePassword=${s} -Dfile.encoding=UTF-8`,
  ),
  variable(
    'web hook of a chat',
    'ALERTS',
    (s) => `https://shop.webhook.office.com/webhookb2/a@b/IncomingWebhook/${s}/c`,
  ),
  {
    ...variable('script in UTF-16', 'SCRIPT', wide),
    traces: (s) => [wide(s), Buffer.from(s, 'utf16le').toString('base64').slice(4, -8)],
  },
  variable('settings in base64 of URLs', 'SETTINGS', (s) =>
    Buffer.from(`{"???":1,"password":"${s}>>>?"}`).toString('base64url'),
  ),
  variable('account of a cloud in base64', 'GOOGLE', (s) =>
    base64(
      JSON.stringify({
        type: 'service_account',
        private_key_id: 'ab12',
        private_key: `-----BEGIN PRIVATE KEY-----\n${s}\n-----END PRIVATE KEY-----\n`,
      }),
    ),
  ),
  args('password with =', (s) => ['--db-host=db', `--password=${s}`]),
  args('password of a cache', (s) => ['redis-server', '--requirepass', s]),
  args('password of a cache with =', (s) => [`--requirepass=${s}`]),
  args('password in short', (s) => ['--user', 'ledger', '--pass', s]),
  args('user with a password', (s) => ['curl', '-u', `ledger:${s}`, 'https://db.payments']),
  args('user with a password, written out', (s) => ['etcdctl', '--user', `root:${s}`]),
  args('header', (s) => ['curl', '-H', `X-Api-Key: ${s}`, 'https://db.payments']),
  args('key of a service', (s) => ['--api-key', s]),
  args('key of a service in camel case', (s) => ['-apiKey', s]),
  args('access key', (s) => ['--access-key', s]),
  args('private key', (s) => ['--encryption-key', s]),
  args('system property', (s) => [`-Dspring.datasource.password=${s}`]),
  args('setting of a chart', (s) => ['--set', `auth.rootPassword=${s},replicas=1`]),
  args('login of a proxy', (s) => ['--cookie-secret', s, '--upstream', 'http://a']),
  args('credentials', (s) => ['--credentials', s]),
  shell('password of a client', (s) => `PGPASSWORD=${s} psql -h db`),
  shell('password behind its flag', (s) => `mysql -h db -u ledger -p${s} ledger`),
  shell('login of a cache', (s) => `redis-cli -h cache -a ${s} ping`),
  shell('login of a host', (s) => `sshpass -p ${s} ssh ops@db`),
  shell('user with a password', (s) => `curl -sS -u ledger:${s} https://db.payments`),
  shell('password of a store', (s) => `keytool -list -storepass ${s} -keystore a.jks`),
  shell('phrase of a tool', (s) => `openssl rsa -in a.pem -passin pass:${s}`),
  shell('login of a registry', (s) => `docker login -u ci -p ${s} registry.shop`),
  shell('literal of a Secret', (s) => `kubectl create secret generic a --from-literal=pin=${s}`),
  shell('password in quotes with a blank', (s) => `run --password "a horse ${s}"`),
  shell('document in the shell', (s) => `cat > a.json <<EOF\n{"password": "${s}"}\nEOF`),
  shell('base64 in the shell', (s) => `echo ${base64(`password=${s} user=ledger`)} | base64 -d > a`),
  {
    what: 'release of a chart',
    file: 'configmaps',
    put: (s) => settings({ release: release(s) }),
    traces: (s) => [release(s)],
  },
  {
    what: 'release of a chart in base64 once more',
    file: 'configmaps',
    put: (s) => settings({ release: base64(release(s)) }),
    traces: (s) => [base64(release(s))],
  },
  {
    what: 'packed settings',
    file: 'configmaps',
    put: (s) => ({ binaryData: { 'app.json.gz': release(s) } }),
    traces: (s) => [release(s)],
  },
  {
    what: 'settings in base64',
    file: 'configmaps',
    put: (s) => ({ binaryData: { 'app.properties': base64(`db.password=${s}\nport=1\n`) } }),
  },
  {
    what: 'store of keys',
    file: 'configmaps',
    put: (s) => ({ binaryData: { 'edge.p12': `MIIKLgIBAzCCCeQGCSqGSIb3DQEHAaCC${s}${base64(s)}` } }),
  },
  {
    what: 'store of keys of Java',
    file: 'configmaps',
    put: (s) => ({ binaryData: { stores: `/u3+7QAAAAIAAAABAAAAAQ${s}${base64(s)}` } }),
  },
  {
    what: 'what kubectl apply keeps of a workload, with JSON in its variables',
    file: 'pods',
    put: (s) => ({
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
          kind: 'Deployment',
          metadata: { name: 'a' },
          spec: env('CONFIG', JSON.stringify({ db: JSON.stringify({ password: s }) })).spec,
        }),
      },
    }),
  },
  {
    what: 'patch in an annotation',
    file: 'pods',
    put: (s) => ({
      annotations: {
        'shop.example/patch': JSON.stringify([{ op: 'add', path: '/spec/password', value: s }]),
      },
    }),
  },
  {
    what: 'agent of a vault in an annotation',
    file: 'pods',
    put: (s) => ({
      annotations: {
        'vault.hashicorp.com/agent-inject-template-db': `{{- with secret "a" -}}\npassword: ${s}\n{{- end }}`,
      },
    }),
  },
];
