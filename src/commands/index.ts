import type { CommandTable } from '../cli/command-table.ts';

/** Every command: one line each, loaded only when it is run. `npm run new:command` adds a line. */
export const COMMANDS: CommandTable = {
  parents: [
    {
      name: 'proxy-config',
      aliases: ['pc'],
      summary: 'Configuration of a proxy, as the proxy itself reports it',
      group: 'Configuration',
    },
  ],
  commands: [
    {
      name: 'proxy-status',
      aliases: ['ps'],
      summary: 'How far each proxy is in sync with istiod; with a pod: what it lacks',
      group: 'State of the mesh',
      load: () => import('./proxy-status.ts'),
    },
    {
      name: 'proxy-config cluster',
      aliases: ['clusters', 'c'],
      summary: 'What an Envoy can send traffic to',
      group: 'Configuration',
      load: () => import('./proxy-config/cluster.ts'),
    },
    {
      name: 'proxy-config listener',
      aliases: ['listeners', 'l'],
      summary: 'Where an Envoy accepts connections, and what it refused',
      group: 'Configuration',
      load: () => import('./proxy-config/listener.ts'),
    },
    {
      name: 'proxy-config route',
      aliases: ['routes', 'r'],
      summary: 'What an Envoy does with requests',
      group: 'Configuration',
      load: () => import('./proxy-config/route.ts'),
    },
    {
      name: 'proxy-config endpoint',
      aliases: ['endpoints', 'ep'],
      summary: 'Endpoints as an Envoy uses them now',
      group: 'Configuration',
      load: () => import('./proxy-config/endpoint.ts'),
    },
    {
      name: 'proxy-config eds',
      summary: 'Endpoints that istiod gave an Envoy',
      group: 'Configuration',
      load: () => import('./proxy-config/eds.ts'),
    },
    {
      name: 'proxy-config bootstrap',
      aliases: ['b'],
      summary: 'How an Envoy was started',
      group: 'Configuration',
      load: () => import('./proxy-config/bootstrap.ts'),
    },
    {
      name: 'proxy-config secret',
      aliases: ['secrets', 's'],
      summary: 'Certificates and trusted roots of an Envoy',
      group: 'Configuration',
      load: () => import('./proxy-config/secret.ts'),
    },
    {
      name: 'proxy-config ecds',
      aliases: ['ec'],
      summary: 'Filters that an Envoy gets over ECDS',
      group: 'Configuration',
      load: () => import('./proxy-config/ecds.ts'),
    },
    {
      name: 'proxy-config log',
      aliases: ['o'],
      summary: "Levels of an Envoy's loggers",
      group: 'Configuration',
      load: () => import('./proxy-config/log.ts'),
    },
    {
      name: 'proxy-config all',
      aliases: ['a'],
      summary: 'Everything that an Envoy is configured with',
      group: 'Configuration',
      load: () => import('./proxy-config/all.ts'),
    },
    {
      name: 'version',
      summary: 'Version of meshscope and of the mesh it reads',
      group: 'Help',
      load: () => import('./version.ts'),
    },
    {
      name: 'explain',
      summary: 'What the code of a finding means, why it matters and what to change',
      group: 'Help',
      load: () => import('./explain.ts'),
    },
    {
      name: 'completion',
      summary: 'Completion script for bash, zsh, fish or PowerShell',
      group: 'Help',
      load: () => import('./completion.ts'),
    },
    {
      name: '__complete',
      summary: 'Words that can stand at the end of a command line',
      group: 'Help',
      hidden: true,
      load: () => import('./complete.ts'),
    },
  ],
};
