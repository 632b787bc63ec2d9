import { afterEach, expect, it } from 'vitest';
import { run } from '../../helpers/run.ts';
import { ageless } from '../ageless.ts';
import { describeLive } from '../bench.ts';
import type { Fault } from '../servers/mesh/page-server.ts';
import type { PodName } from '../servers/mesh/recorded-mesh.ts';

const MONITORING = 15014;
const XDS = 15012;
const XDS_PLAIN = 15010;

describeLive('commands that ask istiod', (bench) => {
  const live = ['--kubeconfig', bench.kubeconfig, '--context', 'admin'];
  const recorded = ['--from', 'fixtures/meshes/shop'];
  const [istiod] = bench.istiods;
  if (istiod === undefined) throw new Error('no istiod');
  const added: PodName[] = [];
  const setFault = async (pod: PodName, fault: Fault): Promise<void> => {
    for (const port of [MONITORING, XDS]) await bench.setFault(pod, port, fault);
  };
  const addReplica = async (name: string, fault: Fault): Promise<void> => {
    const pod = await bench.addIstiod(name);
    added.push(pod);
    await setFault(pod, fault);
  };
  afterEach(async () => {
    await setFault(istiod, 'none');
    for (const pod of added.splice(0)) await bench.removePod(pod);
  });
  const ask = (words: string) => run([...words.split(' '), ...live]);

  const commands = [
    'remote-clusters',
    'remote-clusters -o json',
    'internal-debug clusterz',
    'internal-debug mesh -o yaml',
    'internal-debug syncz --all',
    'internal-debug edsz?proxyID=cart-v1-db9689b57-djzwj.shop',
    'version',
    'version -o json',
    'proxy-status',
  ];
  const ways = [
    '',
    ` --xds-port ${XDS}`,
    ` --cert-dir ${bench.certDir}`,
    ` --plaintext --xds-port ${XDS_PLAIN}`,
    ' --xds-label istio=pilot',
    ' --authority istiod.external.svc',
  ];

  it.each(commands.flatMap((command) => ways.map((way) => [command, way] as const)))(
    '%s%s says what it says of the recording',
    async (command, way) => {
      const ofLive = await ask(`${command}${way}`);
      const ofRecording = await run([...command.split(' '), ...recorded]);
      expect(ofLive.exitCode, ofLive.stderr).toBe(0);
      const golang = (text: string): string =>
        ageless(text).replace(/"golang_version": ".*"/, '"golang_version"');
      expect(golang(ofLive.stdout)).toBe(golang(ofRecording.stdout));
    },
  );

  it("proxy-status -o json is istiod's own document, which only xDS gives; without xDS its facts from HTTP", async () => {
    const [ofRecording, ofLive] = [
      await run(['proxy-status', '--compat', '-o', 'json', ...recorded]),
      await ask('proxy-status --compat -o json'),
    ];
    const document = (text: string): string =>
      text.replace(/^ {4}"(versionInfo|nonce)".*\n/gm, '').replace(/,\n}/, '\n}');
    expect(document(ofLive.stdout)).toBe(document(ofRecording.stdout));
    await bench.setFault(istiod, XDS, 'hang');
    const start = performance.now();
    const overHttp = await ask('proxy-status -o json');
    expect(performance.now() - start).toBeLessThan(5_000);
    expect({ stderr: overHttp.stderr, exitCode: overHttp.exitCode }).toEqual({ stderr: '', exitCode: 0 });
    const ids = (text: string): string[] =>
      JSON.parse(text)
        .resources.map(({ node }: { node: { id: string } }) => node.id)
        .sort();
    expect(ids(overHttp.stdout)).toEqual(ids(ofRecording.stdout));
  });

  it('version and remote-clusters of an istiod at an address', async () => {
    const address = `127.0.0.1:${await bench.localPort(istiod, XDS)}`;
    const version = await ask(`version --xds-address ${address}`);
    expect(version.stdout).toContain(
      'control plane version: 1.32-alpha.86c9f01fd735\ndata plane version: 1.32',
    );
    const clusters = await ask(`remote-clusters --xds-address ${address}`);
    expect(clusters.stdout).toContain(address);
    const status = await ask(`proxy-status --xds-address ${address}`);
    expect(status.stdout).toContain('search-v1');
  });

  it('with three replicas, one dead and one slow by 20 s, proxy-status names them within 5 s', async () => {
    await addReplica('istiod-dead', 'refuse');
    await addReplica('istiod-slow', 'slow');
    for (const [words, exitCode] of [
      ['proxy-status', 0],
      ['proxy-status --strict', 75],
    ] as const) {
      const start = performance.now();
      const { stdout, stderr, exitCode: code } = await ask(words);
      const took = performance.now() - start;
      expect(code, stderr).toBe(exitCode);
      expect(took).toBeLessThan(5_000);
      process.stderr.write(`  ${words}, one of three istiods dead and one slow: ${Math.round(took)} ms\n`);
      expect(stdout).toContain('LDS rejected');
      expect(stdout).toContain('1 istiod answered of 3');
      expect(stderr).toContain('proxies of istiod-dead');
      expect(stderr).toContain('proxies of istiod-slow');
    }
  });

  it('internal-debug shows one istiod, and with --all each that answers', async () => {
    await addReplica('istiod-dead', 'refuse');
    await addReplica('istiod-twin', 'none');
    const one = await ask('internal-debug clusterz');
    expect(one.exitCode).toBe(0);
    expect(one.stderr).toContain('of 2 istiods: --all shows each');
    expect(one.stderr).toContain('clusterz of istiod-dead');
    const all = await ask('internal-debug clusterz --all');
    expect(Object.keys(JSON.parse(all.stdout))).toEqual([istiod.name, 'istiod-twin']);
  });

  const faults: readonly (readonly [Fault, number, string])[] = [
    ['refuse', 69, 'nothing listens'],
    ['hang', 69, 'no answer within 1 s'],
    ['slow', 69, 'no answer within 1 s'],
    ['cut', 69, ''],
    ['eof', 69, ''],
    ['truncated', 65, 'syncz'],
    ['endless', 65, ''],
    // What istiod does not tell this caller, each Envoy tells of itself.
    [401, 0, '401'],
    [403, 0, '403'],
    [500, 69, '500'],
  ];

  it.each(faults)(
    'proxy-status names what is wrong with an istiod that is broken (%s)',
    async (fault, code, why) => {
      await setFault(istiod, fault);
      const { stdout, stderr, exitCode } = await ask('proxy-status --kubeclient-timeout 1s');
      expect(exitCode, stderr).toBe(code);
      expect(stderr).toContain(why);
      expect(stdout).toContain('no istiod answered');
    },
  );
});
