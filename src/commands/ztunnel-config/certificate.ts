import { ztunnelCertificates } from '../../answers/ztunnel-certificates.ts';
import { ztunnelCommand } from '../../cli/ztunnel-command.ts';
import { CERTIFICATE_FORM } from '../../ztunnel/dump-forms.ts';

export const command = ztunnelCommand({
  name: 'ztunnel-config certificate',
  description:
    'Shows the identities that ztunnels speak for and their certificates, first those that could not be issued or have expired. Without a pod or --node: of every ztunnel.',
  options: {},
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
  whom: 'each',
  answer: ({ dump }, _, context) => ztunnelCertificates(dump, context.now()),
  table: () => import('../../report/ztunnel/certificates.ts').then((module) => module.certificatesReport),
  compatTable: () =>
    import('../../report/compat/ztunnel.ts').then((module) => module.compatZtunnel.certificates),
  form: CERTIFICATE_FORM,
  objects: ({ rows }) => rows.map(({ entry }) => entry.object),
});
