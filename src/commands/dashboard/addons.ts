import type { DashboardAnswer } from '../../answers/dashboard.ts';
import { ADDONS, type Addon } from '../../cli/addons.ts';
import { type CommandInput, defineCommand } from '../../cli/command.ts';
import type { CommandContext } from '../../cli/context.ts';
import { findAddon } from '../../cli/find-addon.ts';
import { liveSource } from '../../cli/live-only.ts';
import { addonRights } from '../../cli/object-rights.ts';
import { checkAddress } from '../../sources/forward/open-forward.ts';
import { DASHBOARD_REPORTERS, FORWARD_OPTIONS, uiPort } from './options.ts';
import { serve } from './serve.ts';

function optionsOf(addon: Addon) {
  return { ...FORWARD_OPTIONS, uiPort: uiPort(addon.port) };
}

type Options = ReturnType<typeof optionsOf>;

function addonCommand(addon: Addon) {
  const name = `dashboard ${addon.name}`;
  return defineCommand<Options, DashboardAnswer>({
    name,
    description: `Forwards a port of this machine to ${addon.title} in the cluster until Ctrl-C, prints the URL on stdout and opens it. When the pod is gone, the next one takes its place at the same address.`,
    args: [],
    options: optionsOf(addon),
    examples: [
      { command: `meshscope ${name}`, explains: `open ${addon.title}`, live: true },
      {
        command: `meshscope ${name} -n monitoring --port 8001 --browser=false`,
        explains: 'in another namespace, at a port of your choice, without a browser',
        live: true,
      },
    ],
    stability: 'stable',
    needs: ['kubernetes'],
    rights: (_, globals) => addonRights(globals),
    validate: ({ options }) => checkAddress(options.address ?? 'localhost', options.allowRemote),
    runsUntilInterrupted: () => true,
    run: (input, context) => run(addon, input, context),
    reporters: DASHBOARD_REPORTERS,
  });
}

async function* run(
  addon: Addon,
  { options }: CommandInput<Options>,
  context: CommandContext,
): AsyncGenerator<DashboardAnswer> {
  const source = await liveSource(context, `dashboard ${addon.name}`);
  const choice = await findAddon(context, addon, { port: options.uiPort });
  yield* serve({ name: addon.name, path: addon.path, choice }, options, context, source);
}

export const kiali = addonCommand(ADDONS.kiali);
export const grafana = addonCommand(ADDONS.grafana);
export const prometheus = addonCommand(ADDONS.prometheus);
export const jaeger = addonCommand(ADDONS.jaeger);
export const zipkin = addonCommand(ADDONS.zipkin);
export const skywalking = addonCommand(ADDONS.skywalking);
