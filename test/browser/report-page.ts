import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MeshReport } from '../../src/answers/mesh-report/mesh-report.ts';
import { html } from '../../src/report/report-page/page.ts';
import { shopReport } from '../helpers/mesh-reports.ts';
import { chromiumPath, Page } from './chromium.ts';

const OPTIONS = { color: false, width: 80, now: new Date(0) };
const folder = mkdtempSync(join(tmpdir(), 'report-page-'));
/** Screenshots are kept when a folder is named: for a person to look at, and for the docs. */
const pictures = process.env['SCREENSHOTS'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page in a file: its address. */
export function addressOf(name: string, page: string): string {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, page);
  return pathToFileURL(file).href;
}

/** A report as a page in a file: its address. */
export function fileOf(name: string, report: MeshReport): string {
  return addressOf(name, html(report, OPTIONS) as string);
}

/** The size of the window: pictures for the docs are smaller than a window is. */
export async function resize(page: Page, width: number, height: number): Promise<void> {
  const size = { width, height, deviceScaleFactor: 1, mobile: false };
  await page.send('Emulation.setDeviceMetricsOverride', size);
}

/** Keeps a picture of the page where a folder for them is named. */
export async function picture(page: Page, name: string): Promise<void> {
  if (pictures) writeFileSync(join(pictures, `report-${name}.png`), await page.screenshot());
}

/** What axe finds that keeps people from using the page. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(`${AXE}; undefined`);
  const found = await page.evaluate<{ id: string; impact: string; nodes: { html: string }[] }[]>(
    'axe.run().then(({ violations }) => violations)',
  );
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join('\n')}`);
}

/** The text of an element. */
export const textOf = (selector: string) => `document.querySelector(${JSON.stringify(selector)}).textContent`;
/** How many elements are in sight. */
export const visible = (selector: string) =>
  `[...document.querySelectorAll(${JSON.stringify(selector)})].filter((node) => node.checkVisibility()).length`;

/** Does something to the page, and tells the ms until it is laid out and drawn. */
export const timed = (action: string) => `new Promise((resolve) => {
  const start = performance.now();
  ${action};
  document.body.getBoundingClientRect();
  requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
})`;
/** Types into the filter of a list. */
export const typing = (list: string, text: string) => `(() => {
  const box = document.querySelector('#${list}-list .filter');
  box.value = ${JSON.stringify(text)};
  box.dispatchEvent(new Event('input', { bubbles: true }));
})()`;
/** Chooses a value of a list. */
export const choosing = (list: string, facet: string, value: string) => `(() => {
  const box = document.querySelector('#${list}-list [data-facet=${facet}]');
  box.value = ${JSON.stringify(value)};
  box.dispatchEvent(new Event('change', { bubbles: true }));
})()`;
/** Presses the title of a column. */
export const pressing = (list: string, title: string) =>
  `[...document.querySelectorAll('#${list}-list .sort')].find((button) => button.textContent === '${title}').click()`;

/** A browser, and a report with every kind of thing in it. */
export async function openReport(): Promise<{ page: Page; report: MeshReport }> {
  const [page, report] = await Promise.all([Page.open(chromiumPath() ?? ''), shopReport()]);
  return { page, report };
}

/** Ends the browser, and removes the files of its pages. */
export async function closeReport(page: Page | undefined): Promise<void> {
  await page?.close();
  rmSync(folder, { recursive: true, force: true });
}
