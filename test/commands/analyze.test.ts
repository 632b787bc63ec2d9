import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BROKEN_ROUTE, brokenRoute, folderWith, put, SERVICE, WRONG_USER } from '../helpers/ci-folder.ts';
import { run } from '../helpers/run.ts';

interface Message {
  readonly code: string;
  readonly origin?: string;
  readonly reference?: string;
  readonly message: string;
}

/** What a route is told of, too, when the folder lacks the Service: not what these tests are about. */
const NO_SERVICE = 'MSH0039';

async function analyze(args: string, cwd: string, env: Record<string, string> = {}) {
  const result = await run(`analyze ${args} -o json`, { cwd, env });
  const all = (result.stdout === '' ? [] : JSON.parse(result.stdout)) as Message[];
  const messages = all.filter(({ code }) => code !== NO_SERVICE);
  return { ...result, messages, codes: messages.map(({ code }) => code) };
}

function shop(): string {
  return folderWith({ 'route.yaml': BROKEN_ROUTE, 'service.yaml': SERVICE, 'app.yaml': WRONG_USER });
}

describe('what is read', () => {
  test('with files alone no kubeconfig is looked at', async () => {
    const cwd = shop();
    put(cwd, 'kubeconfig', 'not: [a kubeconfig');
    const { exitCode, codes, stderr } = await analyze('.', cwd, { KUBECONFIG: join(cwd, 'kubeconfig') });
    expect([exitCode, codes, stderr]).toEqual([79, ['IST0101', 'IST0144'], '']);
  });

  test('without files, and with --use-kube, the cluster of the kubeconfig is asked', async () => {
    const cwd = shop();
    put(cwd, 'kubeconfig', 'not: [a kubeconfig');
    for (const args of ['', '. --use-kube', '. --context other']) {
      const { exitCode, stderr } = await analyze(args, cwd, { KUBECONFIG: join(cwd, 'kubeconfig') });
      expect(exitCode, args).toBe(65);
      expect(stderr, args).toContain('kubeconfig');
    }
  });

  test('a file with another name is left out and told of; folders are read with all below them', async () => {
    const cwd = folderWith({ 'a/b/c/route.yaml': BROKEN_ROUTE, 'notes.txt': BROKEN_ROUTE });
    const { codes, stderr } = await analyze('a notes.txt -R', cwd);
    expect(codes).toEqual(['IST0101']);
    expect(stderr).toContain('note: notes.txt is not read: it does not end in .yaml, .yml or .json\n');
    expect((await run('analyze notes.txt --compat', { cwd })).stderr).toContain(
      'Skipping file notes.txt, recognized file extensions are: [.json .yaml .yml]',
    );
  });

  test('a Gateway of Istio is told from one of the Gateway API with the same name', async () => {
    const cwd = folderWith({
      'istio.yaml': `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  selectr: {istio: ingressgateway}
`,
      'kube.yaml': `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop, annotations: {galley.istio.io/analyze-suppress: "*"}}
spec: {gatewayClassName: istio, listeners: []}
`,
    });
    for (const paths of ['istio.yaml kube.yaml', 'kube.yaml istio.yaml']) {
      const { messages } = await analyze(paths, cwd);
      expect(
        messages.map(({ code, reference }) => `${code} ${reference}`),
        paths,
      ).toContain('MSH0060 istio.yaml:5');
    }
  });

  test('kinds that nobody knows are no fault', async () => {
    const cwd = folderWith({ 'a.yaml': 'apiVersion: shop.example/v1\nkind: Basket\nmetadata: {name: a}\n' });
    expect((await analyze('a.yaml', cwd)).exitCode).toBe(0);
  });

  test('stdin is a file, too', async () => {
    const { stdout, exitCode } = await run('analyze - -o json', { stdin: BROKEN_ROUTE });
    expect(exitCode).toBe(79);
    expect(JSON.parse(stdout)).toMatchObject([
      { code: 'IST0101', reference: 'stdin:12' },
      { code: NO_SERVICE },
    ]);
  });

  test('-n lists one namespace, -A and no choice all of them', async () => {
    const cwd = folderWith({
      'a.yaml': BROKEN_ROUTE,
      'b.yaml': brokenRoute('checkout', 'other'),
    });
    expect((await analyze('. -n shop', cwd)).messages.map(({ origin }) => origin)).toEqual([
      'VirtualService shop/checkout',
    ]);
    expect((await analyze('. -A', cwd)).messages).toHaveLength(2);
  });
});

describe('files over a mesh', () => {
  const ROUTE = brokenRoute('checkout-new', 'payments');

  test('--diff lists what files add, and counts what was there', async () => {
    const cwd = folderWith({ 'new.yaml': ROUTE });
    const whole = await analyze('--from demo', cwd);
    const { messages, exitCode } = await analyze('new.yaml --from demo --diff', cwd);
    expect(messages.map(({ origin, reference }) => [origin, reference])).toEqual([
      ['VirtualService payments/checkout-new', 'new.yaml:12'],
    ]);
    expect(exitCode).toBe(79);
    const { stdout } = await run('analyze new.yaml --from demo --diff', { cwd });
    expect(stdout).toContain(`${whole.messages.length} known from the mesh without the files`);
  });

  test('--diff tells what files repair', async () => {
    const fixed = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: promo, namespace: shop}
spec:
  hosts: [promo.shop.svc.cluster.local]
  http:
  - route: [{destination: {host: catalog.shop.svc.cluster.local}}]
`;
    const cwd = folderWith({ 'fixed.yaml': fixed });
    const { stdout } = await run('analyze fixed.yaml --from demo --diff', { cwd });
    expect(stdout).toContain('✔ fixed MSH0002 VirtualService shop/promo');
  });

  test('--diff without files or without a mesh is a usage error', async () => {
    const cwd = shop();
    expect((await run('analyze . --diff', { cwd })).exitCode).toBe(64);
    expect((await run('analyze --from demo --diff', { cwd })).exitCode).toBe(64);
    expect((await run('analyze . --from demo --diff --baseline x', { cwd })).exitCode).toBe(64);
  });
});

describe('baseline', () => {
  test('what is in it is counted; what is new fails; what is gone is told', async () => {
    const cwd = shop();
    const written = await run('analyze . --write-baseline known.json', { cwd });
    expect(written.exitCode).toBe(0);
    expect(written.stderr).toContain('wrote 2 findings to known.json');
    expect(await analyze('. --baseline known.json', cwd)).toMatchObject({ exitCode: 0, codes: [] });

    put(cwd, 'route.yaml', `# moved\n\n${BROKEN_ROUTE}`);
    expect(await analyze('. --baseline known.json', cwd)).toMatchObject({ exitCode: 0, codes: [] });

    put(cwd, 'second.yaml', brokenRoute('second'));
    const { codes, messages, exitCode } = await analyze('. --baseline known.json', cwd);
    expect([codes, messages[0]?.origin, exitCode]).toEqual([['IST0101'], 'VirtualService shop/second', 79]);

    put(cwd, 'app.yaml', WRONG_USER.replace('1337', '1000'));
    const { stdout } = await run('analyze . --baseline known.json', { cwd });
    expect(stdout).toContain('✔ fixed IST0144 Deployment shop/checkout');
  });

  test('holds no lines, and is the same however often it is written', async () => {
    const cwd = shop();
    const write = async () => {
      await run('analyze . --write-baseline known.json', { cwd });
      return readFileSync(join(cwd, 'known.json'), 'utf8');
    };
    const before = await write();
    put(cwd, 'route.yaml', `# moved\n\n${BROKEN_ROUTE}`);
    expect(await write()).toBe(before);
    expect(JSON.parse(before)).toMatchObject({ apiVersion: 'meshscope.io/v1', kind: 'AnalysisBaseline' });
  });

  test('counts all that it writes as known, what is wrong with suppressions too', async () => {
    const cwd = shop();
    put(
      cwd,
      '.meshscope.yaml',
      'suppress:\n- {code: IST0101, resource: VirtualService shop/*, reason: moved, expires: 2026-11-22}\n',
    );
    const { stdout, stderr } = await run('analyze . --write-baseline known.json', { cwd });
    expect(stderr).toContain('wrote 3 findings to known.json');
    expect(stdout).toContain('3 known');
    expect((await run('analyze . --baseline known.json', { cwd })).stdout).toContain('3 known');
  });

  test('never takes a document that can not be read as known', async () => {
    const cwd = folderWith({ 'a.yaml': 'a: [' });
    expect((await run('analyze a.yaml --write-baseline known.json', { cwd })).exitCode).toBe(65);
    expect((await run('analyze a.yaml --baseline known.json', { cwd })).exitCode).toBe(65);
  });

  test('a suppression that hides nothing is written, too, and not told as fixed by the run that writes it', async () => {
    const cwd = shop();
    put(
      cwd,
      '.meshscope.yaml',
      'suppress:\n- {code: IST0102, resource: "*", reason: r, expires: 2027-01-01}\n',
    );
    const { stdout, stderr } = await run('analyze . --write-baseline known.json', { cwd });
    expect(stderr).toContain('wrote 3 findings to known.json');
    expect(stdout).toContain('3 known from known.json');
    expect(stdout).not.toContain('fixed');
  });

  test('a missing file is 66, another file 65', async () => {
    const cwd = shop();
    expect((await run('analyze . --baseline none.json', { cwd })).exitCode).toBe(66);
    expect((await run('analyze . --baseline route.yaml', { cwd })).exitCode).toBe(65);
    put(cwd, 'other.json', '{"kind": "List"}');
    expect((await run('analyze . --baseline other.json', { cwd })).exitCode).toBe(65);
  });
});

describe('suppressions', () => {
  const file = (expires: string, code = 'IST0101') =>
    `suppress:\n- code: ${code}\n  resource: VirtualService shop/*\n  reason: moves in spring\n  expires: ${expires}\n`;

  test.each(['VirtualService shop/checkout', 'VirtualService checkout.shop', 'VirtualService *'])(
    'a flag of the form %s hides',
    async (resource) => {
      const { stdout, exitCode } = await run(
        ['analyze', '.', '-o', 'json', '-S', `IST0101=${resource}`, '--suppress', 'IST0144=*'],
        { cwd: shop() },
      );
      expect([stdout, exitCode]).toEqual(['[]\n', 0]);
    },
  );

  test('an annotation hides', async () => {
    const annotated = BROKEN_ROUTE.replace(
      '  namespace: shop\n',
      '  namespace: shop\n  annotations:\n    galley.istio.io/analyze-suppress: IST0101\n',
    );
    expect((await analyze('.', folderWith({ 'a.yaml': annotated }))).codes).toEqual([]);
  });

  test('a file hides until its last day, which is told when it is over', async () => {
    const cwd = shop();
    put(cwd, '.meshscope.yaml', file('2026-11-23'));
    expect(await analyze('route.yaml', cwd)).toMatchObject({ exitCode: 0, codes: [] });
    put(cwd, '.meshscope.yaml', file('2026-11-22'));
    const { codes, messages, exitCode } = await analyze('route.yaml', cwd);
    expect(codes).toEqual(['IST0101', 'MSH0091']);
    expect(messages[1]?.reference).toBe('.meshscope.yaml:2');
    expect(exitCode).toBe(79);
  });

  test('the place of one is exact in any style of YAML', async () => {
    const cwd = shop();
    const entry = '{code: IST0102, resource: "*", reason: r, expires: 2027-01-01}';
    put(cwd, '.meshscope.yaml', `suppress: # known\n  [${entry},\n   ${entry}]\n`);
    const { messages } = await analyze('app.yaml', cwd);
    const places = messages.filter(({ code }) => code === 'MSH0092').map(({ reference }) => reference);
    expect(places).toEqual(['.meshscope.yaml:2', '.meshscope.yaml:3']);
  });

  test('one that hides nothing is told, from a file as a finding and from the command line as a note', async () => {
    const cwd = shop();
    put(cwd, '.meshscope.yaml', file('2027-01-01', 'IST0102'));
    const { messages, stderr } = await analyze('app.yaml -S IST0103=Pod*', cwd);
    expect(messages).toMatchObject([
      { code: 'IST0144' },
      { code: 'MSH0092', reference: '.meshscope.yaml:2' },
    ]);
    expect(stderr).toContain('--suppress "IST0103=Pod*" hides nothing');
    const narrow = await analyze('app.yaml -n shop', cwd);
    expect(narrow.codes).toEqual(['IST0144']);
  });

  test('a file that was found by itself opens no gate of the command line; one that is named does', async () => {
    const cwd = shop();
    put(cwd, '.meshscope.yaml', file('2027-01-01'));
    const found = await analyze('route.yaml --failure-threshold error', cwd);
    expect(found.exitCode).toBe(79);
    expect(found.stderr).toContain('--config .meshscope.yaml');
    const named = await analyze('route.yaml --failure-threshold error --config .meshscope.yaml', cwd);
    expect(named.exitCode).toBe(0);
  });

  test.each([
    ['suppress: {}', ':1:11: suppress: expected a list'],
    [
      'suppress:\n- code: IST0101\n  resource: "*"\n  reason: a',
      ':2:3: suppress[0]: the field "expires" is missing',
    ],
    [
      'suppress:\n- code: IST0101\n  resource: "*"\n  expires: 2027-01-01',
      ':2:3: suppress[0]: the field "reason" is missing',
    ],
    [file('tomorrow'), ':5:12: suppress[0].expires: expected a date'],
    [`${file('2027-01-01')}  until: never\n`, ':6:10: suppress[0].until: there is no field'],
  ])('what is no suppression is refused with its place: %j', async (text, message) => {
    const cwd = shop();
    put(cwd, '.meshscope.yaml', text);
    const { exitCode, stderr } = await analyze('.', cwd);
    expect(exitCode).toBe(65);
    expect(stderr).toContain(`.meshscope.yaml${message}`);
  });

  test('what can not be read is never hidden', async () => {
    const cwd = folderWith({ 'a.yaml': 'a: [1' });
    const { exitCode, codes } = await analyze('. -S MSH0090=*', cwd);
    expect([exitCode, codes]).toEqual([65, ['MSH0090']]);
  });

  test('a code that does not exist is told, an entry of another form is a usage error', async () => {
    const cwd = shop();
    expect((await analyze('. -S IST9999=*', cwd)).stderr).toContain('there is no code IST9999');
    expect((await run('analyze . -S IST0101', { cwd })).exitCode).toBe(64);
  });
});

describe('changed files', () => {
  function repository(): string {
    const cwd = folderWith({ 'a/old.yaml': BROKEN_ROUTE, 'a/service.yaml': SERVICE });
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd });
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-qm', 'one');
    return cwd;
  }

  test('only findings in files that changed, or that are new, are listed; the others are counted', async () => {
    const cwd = repository();
    expect(await analyze('a --changed-since main', cwd)).toMatchObject({ exitCode: 0, codes: [] });
    put(cwd, 'a/new.yaml', brokenRoute('new'));
    const { messages, exitCode } = await analyze('a --changed-since main', cwd);
    expect(messages.map(({ reference }) => reference)).toEqual(['a/new.yaml:12']);
    expect(exitCode).toBe(79);
    const { stdout } = await run('analyze . --changed-since main', { cwd: join(cwd, 'a') });
    expect(stdout).toContain('1 in files that did not change');
  });

  test('what is no revision is refused, and is never an option of git', async () => {
    const cwd = repository();
    expect((await analyze('a --changed-since nothing', cwd)).exitCode).toBe(66);
    const { exitCode } = await run(['analyze', 'a', '--changed-since=--output=x'], { cwd });
    expect(exitCode).toBe(64);
    expect((await analyze('. --changed-since main', shop())).exitCode).toBe(65);
  });
});

describe('what is missing', () => {
  test('--fail-on-incomplete ends with 75 when something could not be checked', async () => {
    const options = '--from demo -n istio-system';
    const cwd = shop();
    const whole = await run(['analyze', ...options.split(' ')], {
      cwd,
    });
    expect(whole.exitCode).toBe(0);
    const strict = await run(['analyze', ...options.split(' '), '--fail-on-incomplete'], { cwd });
    expect(strict.exitCode).toBe(75);
    expect(strict.stderr).toContain('networkpolicies');
  });

  test('an analyzer is named by its nearest names when there is none of that name', async () => {
    const { exitCode, stderr } = await run('analyze . --analyzer gateway.SecretAnalyser', { cwd: shop() });
    expect(exitCode).toBe(64);
    expect(stderr).toContain('gateway.SecretAnalyzer');
  });
});

describe('a namespace that does not exist', () => {
  test('is not found sound: it is named, with the nearest', async () => {
    const { exitCode, stdout, stderr } = await run('analyze --from demo -n shp -o json');
    expect({ exitCode, stdout }).toEqual({ exitCode: 66, stdout: '' });
    expect(stderr).toMatch(/there is no namespace "shp"\n +near +shop/);
  });
});
