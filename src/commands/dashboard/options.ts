import type { DashboardAnswer } from '../../answers/dashboard.ts';
import type { CommandDefinition } from '../../cli/command.ts';
import { duration, flag, integer, type OptionValues, text } from '../../cli/options.ts';

/** Options of every dashboard. */
export const FORWARD_OPTIONS = {
  port: integer(
    '-p, --port <port>',
    "port of this machine; 0: the pod's, or a free one where that is taken",
    0,
    {
      min: 0,
      max: 65535,
    },
  ),
  address: text('--address <address>', 'address of this machine to listen on [localhost]'),
  allowRemote: flag('--allow-remote', 'with --address: let other machines in'),
  browser: flag('--browser', 'open the page in a browser', true),
  urlOnly: flag(
    '--url-only',
    'print the URL and nothing else, open no browser; forwards until Ctrl-C all the same',
  ),
  giveUpAfter: duration(
    '--give-up-after <duration>',
    'how long to wait for the next pod when the pod is gone',
    60_000,
  ),
} as const;

/** The values of the options of every dashboard. */
export type ForwardValues = OptionValues<typeof FORWARD_OPTIONS>;

/** The option of dashboards of admin servers, which may change what they show. */
export const ALLOW_POST = flag(
  '--allow-post',
  'also let through requests that may change something (otherwise reading pages alone)',
);

/** The pod's port of a dashboard whose usual one is `usual`. */
export function uiPort(usual: number) {
  return integer('--ui-port <port>', `port of the pod [${usual}]`, undefined, { min: 1, max: 65535 });
}

/** The URL is the whole answer; JSON and YAML say where it leads, too. */
export const DASHBOARD_REPORTERS: CommandDefinition<never, DashboardAnswer>['reporters'] = {
  table: () => import('../../report/dashboard.ts').then((module) => module.table),
  json: () => import('../../report/json.ts').then((module) => module.json),
  yaml: () => import('../../report/yaml.ts').then((module) => module.yaml),
};
