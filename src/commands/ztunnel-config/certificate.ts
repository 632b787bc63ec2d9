import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import { type ZtunnelCertificates, ztunnelCertificates } from '../../answers/ztunnel-certificates.ts';
import { defineCommand } from '../../cli/command.ts';
import {
  askZtunnels,
  checkZtunnelTarget,
  ZTUNNEL_ARGUMENT,
  ZTUNNEL_OPTIONS,
} from '../../cli/ztunnel-input.ts';
import { objectLoaders } from '../../cli/ztunnel-loaders.ts';
import { CERTIFICATE_FORM } from '../../ztunnel/dump-forms.ts';

const objects = objectLoaders<ZtunnelCertificates>(CERTIFICATE_FORM, ({ rows }) =>
  rows.map(({ entry }) => entry.object),
);

export const command = defineCommand({
  name: 'ztunnel-config certificate',
  description:
    'Shows the identities that ztunnels speak for and their certificates, first those that could not be issued or have expired. Without a pod or --node: of every ztunnel.',
  args: [ZTUNNEL_ARGUMENT],
  options: ZTUNNEL_OPTIONS,
  examples: [
    {
      command: 'meshscope ztunnel-config certificate --from demo-ambient',
      explains: 'certificates of all ztunnels',
    },
    {
      command: 'meshscope ztunnel-config certificate --node ward-2 --from demo-ambient',
      explains: 'those of one node',
    },
    {
      command: 'meshscope ztunnel-config certificate --file ztunnel.json -o json',
      explains: 'the chains in a saved dump',
    },
  ],
  stability: 'stable',
  needs: ['ztunnel'],
  validate: (input) => checkZtunnelTarget(input),
  run: (input, context): Promise<ProxyAnswers<ZtunnelCertificates>> =>
    askZtunnels(input, context, 'each', ({ dump }) => ztunnelCertificates(dump, context.now())),
  reporters: {
    table: () => import('../../report/ztunnel/certificates.ts').then((module) => module.certificatesReport),
    ...objects.own,
  },
  compatReporters: {
    table: () => import('../../report/compat/ztunnel.ts').then((module) => module.compatZtunnel.certificates),
    ...objects.compat,
  },
});
