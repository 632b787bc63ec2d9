import { asObjects, asString, defineAnalyzer, type FieldPath, field, type KubeObject } from '#analysis';
import { messages } from './messages.ts';

const UNVERIFIED_MODES: ReadonlySet<string> = new Set(['SIMPLE', 'MUTUAL']);

/** Client TLS that names no authority for the server's certificate. */
export const analyzer = defineAnalyzer({
  name: 'destinationrule.CaCertificateAnalyzer',
  description: 'Checks that TLS to a destination names the authority of the server.',
  inputs: ['DestinationRule'],
  messages,
  codes: ['IST0128', 'IST0129'],
  scope: 'object',
  analyze: (context) => {
    for (const rule of context.all('DestinationRule')) {
      const host = asString(field(rule, 'spec', 'host')) ?? '';
      const policy = field(rule, 'spec', 'trafficPolicy');
      const mode = unverifiedMode(rule, field(policy, 'tls'));
      if (mode !== undefined)
        context.report(
          'IST0128',
          { mode, host },
          { resource: rule, path: placeIn(policy, ['spec', 'trafficPolicy', 'tls']) },
        );
      asObjects(field(policy, 'portLevelSettings')).forEach((settings, index) => {
        const portMode = unverifiedMode(rule, settings['tls']);
        if (portMode === undefined) return;
        const path = placeIn(settings, ['spec', 'trafficPolicy', 'portLevelSettings', index, 'tls']);
        const port = String(field(settings, 'port', 'number') ?? '');
        context.report('IST0129', { mode: portMode, host, port }, { resource: rule, path });
      });
    }
  },
});

/** The TLS mode when the server is not verified by an authority of this rule. */
function unverifiedMode(rule: KubeObject, tls: unknown): string | undefined {
  const mode = asString(field(tls, 'mode')) ?? '';
  if (!UNVERIFIED_MODES.has(mode)) return undefined;
  if ((asString(field(tls, 'caCertificates')) ?? '') !== '') return undefined;
  // Credentials are used where the rule is for chosen workloads only (DestinationRule.spec.workloadSelector).
  const byCredential = (asString(field(tls, 'credentialName')) ?? '') !== '';
  return byCredential && field(rule, 'spec', 'workloadSelector') !== undefined ? undefined : mode;
}

function placeIn(owner: unknown, tls: FieldPath): FieldPath {
  const isWritten = field(owner, 'tls', 'caCertificates') !== undefined;
  return [...tls, isWritten ? 'caCertificates' : 'mode'];
}
