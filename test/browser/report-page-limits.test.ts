import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MeshReport } from '../../src/answers/mesh-report/mesh-report.ts';
import { largeReport, withEveryText } from '../helpers/mesh-reports.ts';
import { chromiumPath, type Page } from './chromium.ts';
import { HOSTILE } from './graph-answers.ts';
import {
  choosing,
  closeReport,
  fileOf,
  openReport,
  picture,
  pressing,
  resize,
  textOf,
  timed,
  typing,
  violations,
  visible,
} from './report-page.ts';

const program = chromiumPath();

describe.skipIf(program === undefined)(
  'the page of a hostile, large or bare report (needs the program chromium)',
  () => {
    let page: Page;
    let report: MeshReport;
    beforeAll(async () => {
      ({ page, report } = await openReport());
    });
    afterAll(() => closeReport(page));

    it.each(HOSTILE.map((text, index) => [text, index] as const))(
      'shows %s as the text that it is, wherever it stands',
      async (evil, index) => {
        const hostile = withEveryText(report, (text) => `${evil}${text}\u2028`);
        await page.load(fileOf(`hostile-${index}`, hostile));
        await page.evaluate(
          `for (const details of document.querySelectorAll('details')) details.open = true`,
        );
        await page.evaluate(`new Promise((resolve) => setTimeout(resolve, 100))`);
        await page.evaluate(`document.querySelector('#results button').click()`);
        expect(page.errors).toEqual([]);
        expect(await page.evaluate('window.planted')).toBeUndefined();
        expect(
          await page.evaluate(`document.querySelectorAll('img, iframe, b, object, base, form').length`),
        ).toBe(0);
        expect(await page.evaluate(`document.querySelectorAll('script').length`)).toBe(2);
        const handlers = `[...document.querySelectorAll('*')].flatMap((node) => node.getAttributeNames()).filter((name) => name.startsWith('on') || name === 'style')`;
        expect(await page.evaluate(handlers)).toEqual([]);
        const links = `[...document.querySelectorAll('a')].filter(({ protocol }) => protocol !== 'file:').length`;
        expect(await page.evaluate(links)).toBe(0);
        expect(await page.evaluate('document.body.innerText')).toContain(evil);
        expect(await page.evaluate(visible('#proxies-list .item'))).toBe(11);
      },
    );

    it('filters and sorts 2,000 proxies within 200 ms', async () => {
      await page.load(fileOf('large', largeReport(report, 2000)));
      expect(await page.evaluate(textOf('#proxies-list .count'))).toBe(
        '2,000 proxies, the first 100 are shown',
      );
      const actions = {
        'a text': typing('proxies', 'service-07'),
        'a text that many have': typing('proxies', 'service'),
        'no text': typing('proxies', ''),
        'a namespace': choosing('proxies', 'namespace', 'team-7'),
        'all namespaces': choosing('proxies', 'namespace', 'all'),
        'sorting by name': pressing('proxies', 'Proxy'),
        'sorting by node': pressing('proxies', 'Node'),
      };
      // Other work on the machine must not decide: it makes some rounds slow, and none fast.
      const times = new Map<string, number[]>(Object.keys(actions).map((name) => [name, []]));
      for (let round = 0; round < 9; round++)
        for (const [name, action] of Object.entries(actions))
          times.get(name)?.push(await page.evaluate<number>(timed(action)));
      for (const [name, all] of times) {
        const usual = all.sort((a, b) => a - b)[2];
        expect(usual, `${name}: ${all.map(Math.round).join(', ')} ms`).toBeLessThanOrEqual(200);
      }
      await picture(page, 'large');
    });

    it('prints all of 2,000 proxies, and shows as many as before afterwards', async () => {
      await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
      expect(await page.evaluate(visible('#proxies-list .item'))).toBe(2000);
      await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
      expect(await page.evaluate(visible('#proxies-list .item'))).toBe(100);
    });

    it('shows the rest of 2,000 proxies when it is asked for', async () => {
      await page.evaluate(`document.querySelector('#proxies-list .show-rest').click()`);
      expect(await page.evaluate(visible('#proxies-list .item'))).toBe(2000);
      expect(await page.evaluate(textOf('#proxies-list .count'))).toBe('2,000 proxies');
      expect(page.errors).toEqual([]);
    });

    it('says what is not known where nothing could be read', async () => {
      await page.load(fileOf('bare', bare(report)));
      const text = await page.evaluate<string>('document.body.innerText');
      for (const words of [
        'nothing could be checked',
        'no proxy is known',
        'none could be read',
        'no istiod is known',
      ])
        expect(text).toContain(words);
      expect(text).not.toContain('✔');
      expect(page.errors).toEqual([]);
      expect(await violations(page)).toEqual([]);
    });

    it('holds verdict, findings and gaps without JavaScript', async () => {
      await page.send('Emulation.setScriptExecutionDisabled', { value: true });
      await page.send('Page.navigate', { url: fileOf('plain', report) });
      await new Promise((resolve) => setTimeout(resolve, 500));
      const text = await page.evaluate<string>('document.body.innerText');
      expect(text).toContain(report.verdict.title);
      expect(await page.evaluate(visible('.finding'))).toBe(22);
      expect(await page.evaluate(visible('#gaps tbody tr'))).toBe(2);
      expect(await page.evaluate(visible('.toolbar, .controls, .graph-view'))).toBe(0);
      await page.send('Emulation.setScriptExecutionDisabled', { value: false });
    });

    it('stays within a narrow window', async () => {
      await resize(page, 360, 800);
      const long = withEveryText(report, (text) =>
        /^(spiffe|service|search|O=)/.test(text) ? text.repeat(9) : text,
      );
      await page.load(fileOf('narrow', long));
      await picture(page, 'narrow');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
      expect(await violations(page)).toEqual([]);
    });
  },
);

/** A report for which nothing could be read. */
function bare(report: MeshReport): MeshReport {
  return {
    ...report,
    verdict: { level: 'unknown', title: 'Nothing is known of the mesh', reasons: [] },
    findings: { counts: { error: 0, warning: 0, info: 0 }, findings: [], skipped: [], resources: 0 },
    proxies: { rows: [], inSync: 0, istiodsAnswered: 0, istiodsAsked: 0, podsKnown: false },
    certificates: { certificates: [], unread: [] },
    versions: { istiods: [], proxies: [], skew: [], nodes: [] },
    controlPlane: [],
    graph: undefined,
  };
}
