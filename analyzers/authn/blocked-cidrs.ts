import { asArray, asString, defineAnalyzer, field, type KubeObject } from '#analysis';
import { messages } from './messages.ts';

const VARIABLE = 'BLOCKED_CIDRS_IN_JWKS_URIS';
const NAMES_SHOWN = 5;

/** istiods that fetch JWT keys from wherever a RequestAuthentication says. */
export const analyzer = defineAnalyzer({
  name: 'authn.BlockedCIDRsAnalyzer',
  description: 'Checks that istiod is told which addresses it must not fetch JWT keys from.',
  inputs: ['RequestAuthentication', 'Deployment'],
  messages,
  codes: ['IST0175'],
  scope: 'mesh',
  analyze: (context) => {
    const rules = context.all('RequestAuthentication');
    const [first] = rules;
    if (first === undefined) return;
    const names = rules.slice(0, NAMES_SHOWN).map(fullName);
    const more = rules.length > NAMES_SHOWN ? ` and ${rules.length - NAMES_SHOWN} more` : '';
    for (const deployment of context.all('Deployment')) {
      if (deployment.metadata.labels?.['app'] !== 'istiod' || isRestricted(deployment)) continue;
      const args = { count: rules.length, names: `${names.join(', ')}${more}` };
      context.report('IST0175', args, { resource: deployment, path: ['metadata', 'name'], related: [first] });
    }
  },
});

function fullName({ metadata: { namespace = '', name } }: KubeObject): string {
  return `${namespace}/${name}`;
}

function isRestricted(deployment: KubeObject): boolean {
  return asArray(field(deployment, 'spec', 'template', 'spec', 'containers')).some((container) =>
    asArray(field(container, 'env')).some(
      (variable) => field(variable, 'name') === VARIABLE && (asString(field(variable, 'value')) ?? '') !== '',
    ),
  );
}
