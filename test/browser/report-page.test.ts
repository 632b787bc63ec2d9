import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MeshReport } from '../../src/answers/mesh-report/mesh-report.ts';
import { run } from '../helpers/run.ts';
import { chromiumPath, type Page } from './chromium.ts';
import {
  addressOf,
  choosing,
  closeReport,
  fileOf,
  openReport,
  picture,
  pressing,
  resize,
  textOf,
  typing,
  violations,
  visible,
} from './report-page.ts';

const program = chromiumPath();
const focused = `document.activeElement.tagName + ' ' + document.activeElement.textContent.trim().slice(0, 40)`;

describe.skipIf(program === undefined)(
  'the page of a report in Chromium (needs the program chromium)',
  () => {
    let page: Page;
    let report: MeshReport;
    beforeAll(async () => {
      ({ page, report } = await openReport());
    });
    afterAll(() => closeReport(page));

    it.each(['demo', 'demo-ambient'])('shows the report of the mesh %s', async (mesh) => {
      const { stdout, exitCode } = await run(`report --from ${mesh} -o html`);
      expect(exitCode).toBe(0);
      const url = addressOf(mesh, stdout);
      page.requests.length = 0;
      await resize(page, 1120, 700);
      await page.load(url);
      await picture(page, mesh);
      expect(page.errors).toEqual([]);
      expect(page.requests).toEqual([url]);
      const { stdout: json } = await run(`report --from ${mesh} -o json`);
      const { verdict, findings, proxies, gaps } = JSON.parse(json) as MeshReport;
      expect((await page.evaluate<string>(textOf('h1'))).toLowerCase()).toContain(
        verdict.title.toLowerCase(),
      );
      expect(await page.evaluate(visible('.finding'))).toBe(findings.findings.length);
      expect(await page.evaluate(visible('#proxies .item'))).toBe(proxies.rows.length);
      expect(await page.evaluate(visible('#gaps tbody tr'))).toBe(gaps.length);
      expect(await violations(page)).toEqual([]);
      for (const part of ['proxies', 'certificates', 'control-plane']) {
        await page.evaluate(`document.getElementById('${part}').scrollIntoView()`);
        await picture(page, `${mesh}-${part}`);
      }
    });

    it('opens from a file without an error, and asks for nothing else', async () => {
      await resize(page, 1400, 900);
      const url = fileOf('shop', report);
      page.requests.length = 0;
      await page.load(url);
      await picture(page, 'light');
      expect(page.errors).toEqual([]);
      expect(page.requests).toEqual([url]);
      expect(await page.evaluate(textOf('h1'))).toContain(report.verdict.title);
      expect(await page.evaluate(textOf('#findings-list .count'))).toBe('22 findings');
    });

    it('leads from each reason of the verdict to the section that says more', async () => {
      const targets = await page.evaluate<string[]>(
        `[...document.querySelectorAll('.reasons a, nav a')].map(({ hash }) => document.querySelector(hash).querySelector('h2').textContent)`,
      );
      expect(targets).toHaveLength(report.verdict.reasons.length + 7);
      expect(targets.slice(0, 3)).toEqual(['Proxies', 'Findings', 'Certificates']);
    });

    it('filters findings by text, level and namespace, and says how many are left', async () => {
      await page.evaluate(typing('findings', 'mTLS shop'));
      expect(await page.evaluate(textOf('#findings-list .count'))).toMatch(/^\d+ of 22 findings$/);
      const left = await page.evaluate<number>(visible('.finding'));
      expect(left).toBeGreaterThan(0);
      await page.evaluate(typing('findings', ''));
      await page.evaluate(choosing('findings', 'level', 'warning'));
      expect(await page.evaluate(visible('.finding.error'))).toBe(0);
      expect(await page.evaluate(visible('.finding'))).toBe(11);
      await page.evaluate(choosing('findings', 'namespace', 'payments'));
      expect(await page.evaluate(visible('.finding'))).toBe(1);
      await page.evaluate(choosing('findings', 'namespace', 'all'));
      await page.evaluate(choosing('findings', 'level', 'all'));
      expect(await page.evaluate(visible('.finding'))).toBe(22);
    });

    it('opens all findings at once, and closes them again', async () => {
      const button = `document.querySelector('#findings-list .open-all')`;
      const open = `document.querySelectorAll('.finding details[open]').length`;
      expect(await page.evaluate(open)).toBe(6);
      await page.evaluate(`${button}.click()`);
      expect(await page.evaluate(open)).toBe(22);
      await page.evaluate(`${button}.click()`);
      expect(await page.evaluate(open)).toBe(0);
    });

    it('sorts the proxies by a column, the other way round, and as they came', async () => {
      const names = `[...document.querySelectorAll('#proxies-list tbody th')].map(({ textContent }) => textContent)`;
      const before = await page.evaluate<string[]>(names);
      await page.evaluate(pressing('proxies', 'Proxy'));
      const up = await page.evaluate<string[]>(names);
      expect(up).toEqual([...before].sort());
      expect(await page.evaluate(`document.querySelectorAll('[aria-sort=ascending]').length`)).toBe(1);
      await page.evaluate(pressing('proxies', 'Proxy'));
      expect(await page.evaluate(names)).toEqual([...up].reverse());
      await page.evaluate(pressing('proxies', 'Proxy'));
      expect(await page.evaluate(names)).toEqual(before);
    });

    it('draws the graph when it is opened, and not before', async () => {
      expect(await page.evaluate(`document.getElementById('count').textContent`)).toBe('');
      await page.evaluate(`document.querySelector('#drawn-graph > summary').click()`);
      await page.evaluate(
        'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
      );
      expect(await page.evaluate(`document.getElementById('count').textContent`)).toMatch(
        /^(\d+) of \1 objects/,
      );
      const inked = `(() => {
      const { width, height } = document.getElementById('drawing');
      const { data } = document.getElementById('drawing').getContext('2d').getImageData(0, 0, width, height);
      return data.some((value) => value !== 0);
    })()`;
      expect(await page.evaluate(inked)).toBe(true);
      await page.evaluate(`document.getElementById('drawn-graph').scrollIntoView()`);
      await picture(page, 'graph');
    });

    it('shows charts and certificates as tables that say the same without colours', async () => {
      await page.evaluate(`document.getElementById('certificates').scrollIntoView()`);
      await picture(page, 'certificates');
      const states = `[...document.querySelectorAll('#certificates-list td[data-title=State]')].map((cell) => cell.innerText.trim())`;
      expect(await page.evaluate(states)).toEqual(
        expect.arrayContaining(['✖ expired', '! ends soon', '✔ valid']),
      );
      const chart = `[...document.querySelectorAll('#control-plane table')].find(({ caption }) => caption.textContent === 'Pushes by type').innerText`;
      await page.evaluate(`document.getElementById('control-plane').scrollIntoView()`);
      await picture(page, 'control-plane');
      expect(await page.evaluate(chart)).toMatch(/eds\s+16,212/);
      expect(await page.evaluate(textOf('#control-plane'))).toContain(
        'No metrics: it did not answer within 10s',
      );
    });

    it('has no serious fault for people who can not see or use a mouse, as it opens and with everything open', async () => {
      expect(await violations(page)).toEqual([]);
      await page.evaluate(`for (const details of document.querySelectorAll('details')) details.open = true`);
      await page.evaluate(`document.querySelector('#results button').click()`);
      expect(await violations(page)).toEqual([]);
      expect(page.errors).toEqual([]);
    });

    it('is dark by its button, remembers that, and is as readable then', async () => {
      const background = 'getComputedStyle(document.body).backgroundColor';
      expect(await page.evaluate(background)).toBe('rgb(250, 251, 252)');
      await page.evaluate(`document.getElementById('theme').click()`);
      expect(await page.evaluate(background)).toBe('rgb(15, 19, 24)');
      expect(await violations(page)).toEqual([]);
      await page.load(fileOf('again', report));
      expect(await page.evaluate(background)).toBe('rgb(15, 19, 24)');
      await picture(page, 'dark');
      await page.evaluate(`document.getElementById('theme').click()`);
      expect(await page.evaluate(background)).toBe('rgb(250, 251, 252)');
    });

    it('is used by keyboard: to the filter, through the rows, back, and sorting', async () => {
      await page.evaluate(
        `document.getElementById('proxies').scrollIntoView(); document.activeElement.blur()`,
      );
      await page.press('/');
      expect(await page.evaluate('document.activeElement.closest(".list").id')).toBe('proxies-list');
      await page.press('ArrowDown');
      expect(await page.evaluate(focused)).toMatch(/^TR ✖ LDS rejected/);
      await page.press('ArrowDown');
      expect(await page.evaluate(focused)).toMatch(/^TR ✖ never connected/);
      await page.press('ArrowUp');
      await page.press('ArrowUp');
      expect(await page.evaluate('document.activeElement.type')).toBe('search');
      await page.evaluate(typing('proxies', 'ledger'));
      await page.press('Escape');
      expect(await page.evaluate(visible('#proxies-list .item'))).toBe(11);
      await page.evaluate(`document.querySelector('#proxies-list .sort').focus()`);
      await page.press('Enter');
      expect(await page.evaluate(`document.activeElement.closest('th').getAttribute('aria-sort')`)).toBe(
        'ascending',
      );
      expect(await page.evaluate(`getComputedStyle(document.activeElement).outlineStyle`)).toBe('solid');
    });

    it('prints everything open, without controls, on white', async () => {
      await page.send('Emulation.setEmulatedMedia', { media: 'print' });
      await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
      expect(await page.evaluate(visible('.toolbar, .controls, nav, button:not(.sort)'))).toBe(0);
      expect(await page.evaluate(visible('.finding dl'))).toBe(22);
      await picture(page, 'print');
      await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
      await page.send('Emulation.setEmulatedMedia', { media: '' });
      expect(await page.evaluate(visible('.finding dl'))).toBe(6);
      const { data } = (await page.send('Page.printToPDF')) as { data: string };
      expect(Buffer.from(data, 'base64').subarray(0, 5).toString()).toBe('%PDF-');
    });
  },
);
