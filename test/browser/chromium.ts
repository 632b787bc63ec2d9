import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import WebSocket from 'ws';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The program of a Chromium: `$CHROMIUM`, else the first one in the path; `undefined` when there is none. */
export function chromiumPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [process.env['CHROMIUM'] ?? '', ...candidates].find((path) => path !== '' && existsSync(path));
}

/** What keys do needs more than their name. */
const KEYS: Readonly<Record<string, object>> = {
  Enter: { text: '\r', windowsVirtualKeyCode: 13 },
  Tab: { windowsVirtualKeyCode: 9 },
};

type Message = { id?: number; method?: string; params?: unknown; result?: unknown; error?: unknown };

/** A page of a headless browser that was started for it. */
export class Page {
  /** What the page has written to its console as an error, and what it has thrown. */
  readonly errors: string[] = [];
  /** Addresses that were asked for. */
  readonly requests: string[] = [];
  #next = 1;
  readonly #waiting = new Map<number, (message: Message) => void>();

  private constructor(
    private readonly browser: ChildProcess,
    private readonly folder: string,
    private readonly socket: WebSocket,
  ) {
    socket.on('message', (data) => this.#receive(JSON.parse(String(data)) as Message));
  }

  /** Starts a browser with one page. */
  static async open(program: string, { width = 1400, height = 900, dark = false } = {}): Promise<Page> {
    const folder = await mkdtemp(join(tmpdir(), 'browser-'));
    const browser = spawn(
      program,
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--hide-scrollbars',
        '--remote-debugging-port=0',
        `--user-data-dir=${folder}`,
        `--window-size=${width},${height}`,
        'about:blank',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const address = new URL(await debugAddress(browser));
    const targets = (await (await fetch(`http://${address.host}/json/list`)).json()) as {
      type: string;
      webSocketDebuggerUrl: string;
    }[];
    const target = targets.find(({ type }) => type === 'page');
    const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const page = new Page(browser, folder, socket);
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page.send(`${domain}.enable`);
    const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }];
    await page.send('Emulation.setEmulatedMedia', { features });
    return page;
  }

  /** Loads an address and waits until it is loaded. */
  async load(url: string): Promise<void> {
    await this.send('Page.navigate', { url });
    const isLoaded = `location.href === ${JSON.stringify(url)} && document.readyState === 'complete'`;
    while (!(await this.evaluate<boolean>(isLoaded))) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** The value of an expression in the page; promises are awaited. */
  async evaluate<T>(expression: string): Promise<T> {
    const answer = (await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    })) as { result: { value: T }; exceptionDetails?: unknown };
    if (answer.exceptionDetails !== undefined) throw new Error(JSON.stringify(answer.exceptionDetails));
    return answer.result.value;
  }

  /** A click with the mouse at a point of the page. */
  async click(x: number, y: number): Promise<void> {
    for (const type of ['mousePressed', 'mouseReleased'])
      await this.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 });
  }

  /** A key of the keyboard. */
  async press(key: string): Promise<void> {
    const more = KEYS[key] ?? (key.length === 1 ? { text: key } : {});
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', key, ...more });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', key, ...more });
  }

  /** A picture of the page as PNG. */
  async screenshot(): Promise<Buffer> {
    const { data } = (await this.send('Page.captureScreenshot')) as { data: string };
    return Buffer.from(data, 'base64');
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.browser.once('exit', resolve));
    this.socket.terminate();
    this.browser.kill('SIGKILL');
    await ended;
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  async send(method: string, params: unknown = {}): Promise<unknown> {
    const id = this.#next++;
    const answer = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await answer;
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  }

  #receive({ id, method = '', params, ...message }: Message): void {
    if (id !== undefined) {
      this.#waiting.get(id)?.(message);
      this.#waiting.delete(id);
      return;
    }
    const text = JSON.stringify(params);
    if (method === 'Runtime.exceptionThrown') this.errors.push(text);
    if (method === 'Log.entryAdded' && text.includes('"level":"error"')) this.errors.push(text);
    if (method === 'Runtime.consoleAPICalled' && text.includes('"type":"error"')) this.errors.push(text);
    if (method === 'Network.requestWillBeSent')
      this.requests.push((params as { request: { url: string } }).request.url);
  }
}

function debugAddress(browser: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    browser.once('error', reject);
    browser.once('exit', () => reject(new Error(`the browser ended: ${said.slice(-500)}`)));
    browser.stderr?.on('data', (data) => {
      said += String(data);
      const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
}
