import type { DashboardAnswer } from '../../answers/dashboard.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { LiveSource } from '../../cli/live-only.ts';
import { openBrowser } from '../../cli/open-browser.ts';
import type { PodChoice } from '../../cli/pod-choice.ts';
import { proxyId } from '../../kube/pod-ref.ts';
import { type Forward, openForward } from '../../sources/forward/open-forward.ts';
import type { ReadingPages } from '../../sources/forward/reading-pages.ts';
import type { ForwardValues } from './options.ts';

/** What one dashboard is. */
export interface Dashboard {
  readonly name: string;
  readonly path: string;
  readonly choice: PodChoice;
  /** Of an admin server: the pages that only read. */
  readonly pages?: ReadingPages;
  readonly allowPost?: boolean;
  /** Option that names another port of the pod. */
  readonly portOption?: string;
}

const LOOK_EVERY_MS = 5_000;
const RETRY_EVERY_MS = 1_000;

/**
 * Forwards to a dashboard until Ctrl-C: answers its URL once it can be asked, opens the browser, and says on stderr when
 * it goes on with another pod. Throws exit 69 when the pod is gone and no other one comes.
 */
export async function* serve(
  dashboard: Dashboard,
  options: ForwardValues,
  context: CommandContext,
  source: LiveSource,
): AsyncGenerator<DashboardAnswer> {
  const { choice, name, path, pages, allowPost = false } = dashboard;
  const { signal } = context.io;
  const address = options.address ?? 'localhost';
  const forward = await openForward({
    live: source.live,
    first: choice.first,
    what: choice.what,
    next: choice.next,
    giveUpAfterMs: options.giveUpAfter,
    lookEveryMs: LOOK_EVERY_MS,
    retryEveryMs: RETRY_EVERY_MS,
    say: (message) => void context.terminal.note(message),
    signal,
    pages,
    allowPost,
    address,
    port: options.port,
    allowRemote: options.allowRemote,
    portOption: dashboard.portOption ?? '--ui-port',
  });
  try {
    const url = `${forward.origin}${path}`;
    const { pod, port } = choice.first;
    const readOnly = pages !== undefined && !allowPost;
    await tell(dashboard, options, context, forward);
    yield {
      apiVersion: 'meshscope.io/v1',
      kind: 'Dashboard',
      name,
      url,
      pod: { name: pod.name, namespace: pod.namespace },
      port,
      readOnly,
    };
    if (options.browser && !options.urlOnly) {
      const failure = await openBrowser(url);
      if (failure !== undefined)
        await context.terminal.note(`no browser could be opened (${failure}): open the URL`);
    }
    await forward.run();
  } finally {
    await forward.close();
  }
}

/** What the person at the terminal should know before the URL. */
async function tell(
  { choice, pages, allowPost = false }: Dashboard,
  { allowRemote, address, urlOnly }: ForwardValues,
  { terminal }: CommandContext,
  forward: Forward,
): Promise<void> {
  if (allowRemote && address !== undefined) {
    await terminal.warn(
      `${address} port ${forward.port}: whoever reaches this machine can read what the pod shows`,
    );
  }
  if (pages !== undefined && allowPost) {
    await terminal.warn(`requests that change something go through to ${pages.server}`);
  }
  if (urlOnly) return;
  for (const note of choice.notes) await terminal.note(note);
  const { pod, port } = choice.first;
  await terminal.note(`forwards to port ${port} of ${proxyId(pod)} until Ctrl-C`);
}
