import { asObjects, asString, defineAnalyzer, field, type KubeObject } from '#analysis';
import { messages } from './messages.ts';

const IP = /^(\d{1,3}(\.\d{1,3}){3}|\[[\da-f:.]+\])$/i;

/** Webhooks of a control plane outside the cluster whose address can't be right. */
export const analyzer = defineAnalyzer({
  name: 'externalcontrolplane.ExternalControlPlaneAnalyzer',
  description: 'Checks the addresses of webhooks that lead to a control plane outside the cluster.',
  inputs: ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'],
  messages,
  codes: ['IST0163', 'IST0164'],
  scope: 'object',
  analyze: (context) => {
    const validating = context.all('ValidatingWebhookConfiguration').filter(isValidator);
    const mutating = context.all('MutatingWebhookConfiguration').filter(isInjector);
    for (const resource of [...validating, ...mutating]) {
      asObjects(resource['webhooks']).forEach((webhook, index) => {
        const name = asString(webhook['name']) ?? '';
        const address = asString(field(webhook, 'clientConfig', 'url')) ?? '';
        const base = ['webhooks', index, 'clientConfig'];
        if (address === '') {
          if (field(webhook, 'clientConfig', 'service') !== undefined) return;
          const args = { address, webhook: name, problem: 'is empty, and no service is named' };
          context.report('IST0163', args, { resource, path: ['webhooks', index, 'name'] });
          return;
        }
        const host = hostOf(address);
        const at = { resource, path: [...base, 'url'] };
        if (host === undefined)
          context.report('IST0163', { address, webhook: name, problem: 'is not a URL' }, at);
        else if (IP.test(host)) context.report('IST0164', { address, webhook: name }, at);
      });
    }
  },
});

function isValidator({ metadata: { name } }: KubeObject): boolean {
  return name === 'istiod-default-validator' || name.startsWith('istio-validator');
}

function isInjector({ metadata: { name } }: KubeObject): boolean {
  return name.startsWith('istio-sidecar-injector');
}

function hostOf(address: string): string | undefined {
  try {
    const { hostname } = new URL(address);
    return hostname === '' ? undefined : hostname;
  } catch {
    return undefined;
  }
}
