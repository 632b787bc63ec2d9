import { asArray, asStrings, defineAnalyzer, field } from '#analysis';
import { gatewayAccount } from '#mesh/gateway-account';
import { messages } from './messages.ts';

const PRINCIPAL = /^[^/*]+\/ns\/([^/*]+)\/sa\/([^/*]+)$/;
/** Every namespace has it without anybody writing it. */
const DEFAULT = 'default';

/** Principals that nobody has. */
export const analyzer = defineAnalyzer({
  name: 'auth.PrincipalsAnalyzer',
  description: 'Checks that the service accounts of principals exist.',
  inputs: ['AuthorizationPolicy', 'GatewayApiGateway', 'ServiceAccount'],
  messages,
  codes: ['MSH0008'],
  scope: 'mesh',
  analyze: (context) => {
    // Files that hold no service accounts say nothing about which there are.
    if (context.all('ServiceAccount').length === 0) return;
    const made = new Set(
      context
        .all('GatewayApiGateway')
        .map((gateway) => `${gateway.metadata.namespace ?? ''}/${gatewayAccount(gateway)}`),
    );
    for (const resource of context.all('AuthorizationPolicy')) {
      asArray(field(resource, 'spec', 'rules')).forEach((rule, ruleIndex) => {
        asArray(field(rule, 'from')).forEach((from, fromIndex) => {
          for (const list of ['principals', 'notPrincipals']) {
            for (const [index, principal] of asStrings(field(from, 'source', list)).entries()) {
              const [, namespace = '', name = ''] = PRINCIPAL.exec(principal) ?? [];
              const account = `${namespace}/${name}`;
              if (name === '' || name === DEFAULT || made.has(account)) continue;
              if (context.get('ServiceAccount', namespace, name)) continue;
              const path = ['spec', 'rules', ruleIndex, 'from', fromIndex, 'source', list, index];
              context.report('MSH0008', { principal, account }, { resource, path, confidence: 'likely' });
            }
          }
        });
      });
    }
  },
});
