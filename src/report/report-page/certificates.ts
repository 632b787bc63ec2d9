import type { ReportCertificate, ReportCertificates } from '../../answers/mesh-report/mesh-report.ts';
import { breakable, type Markup, markup } from '../html-page/markup.ts';
import { type SectionState, section } from './section.ts';
import { cell, table } from './table.ts';
import { TimeAxis } from './timeline.ts';
import { facet, itemList } from './toolbar.ts';
import {
  bulletList,
  countText,
  distanceText,
  moment,
  nameList,
  numberText,
  sign,
  type Tone,
} from './words.ts';

const TONES: Readonly<Record<ReportCertificate['state'], Tone>> = {
  expired: 'error',
  'not yet valid': 'error',
  soon: 'warning',
  valid: 'good',
};

const STATE_WORDS: Readonly<Record<ReportCertificate['state'], string>> = {
  expired: 'expired',
  'not yet valid': 'not yet valid',
  soon: 'ends soon',
  valid: 'valid',
};

/** The states, worst first. */
const STATES = Object.keys(TONES) as readonly ReportCertificate['state'][];

/** The id of the lines of the axis. */
const TICKS = 'time-ticks';

/** The certificates in a few words. What could not be read is not taken for valid. */
export function certificatesState({ certificates, unread }: ReportCertificates): SectionState {
  if (certificates.length === 0) return { tone: 'unknown', text: 'none could be read' };
  const parts = STATES.flatMap((state) => {
    const count = certificates.filter((one) => one.state === state).length;
    return count === 0 ? [] : [{ tone: TONES[state], text: `${numberText(count)} ${STATE_WORDS[state]}` }];
  });
  const worst = parts[0]?.tone ?? 'unknown';
  const missing = unread.length === 0 ? [] : [`${numberText(unread.length)} not read`];
  return {
    tone: worst === 'good' && unread.length > 0 ? 'unknown' : worst,
    text: [...parts.map(({ text }) => text), ...missing].join(', '),
  };
}

/** Every certificate with its life as a bar: what is wrong first, then the first to end. */
export function certificatesSection(answer: ReportCertificates, state: SectionState, now: Date): Markup {
  const { certificates, unread } = answer;
  const axis = new TimeAxis(
    now.getTime(),
    certificates.flatMap(({ notBefore, notAfter }) => [Date.parse(notBefore), Date.parse(notAfter)]),
  );
  const columns = [
    { title: 'State', sort: 'text', className: 'state' },
    { title: 'Certificate', sort: 'text' },
    { title: 'Life', below: axisSvg(axis), className: 'life' },
    { title: 'Ends', sort: 'number', className: 'ends' },
    { title: 'Held by', sort: 'number' },
  ] as const;
  const states = certificates.map(({ state }) => state);
  const roles = certificates.map(({ role }) => role);
  const facets = [facet('state', 'State', states, { labelOf: wordOf }), facet('role', 'Role', roles)];
  // Those of workloads end every day: what asks for a look must not stand behind them.
  const rank = ({ state: one }: ReportCertificate): number => STATES.indexOf(one);
  const rows = [...certificates].sort((a, b) => rank(a) - rank(b)).map((one) => row(one, axis, now));
  return section('certificates', state, [
    certificates.length === 0
      ? undefined
      : itemList(
          { id: 'certificates', noun: 'certificates', facets },
          certificates.length,
          table(
            'rows wide certificates',
            'Certificates, what is wrong first, then the first to end',
            columns,
            rows,
          ),
        ),
    unreadList(unread),
  ]);
}

function wordOf(state: string): string {
  return STATE_WORDS[state as ReportCertificate['state']] ?? state;
}

function row(certificate: ReportCertificate, axis: TimeAxis, now: Date): Markup {
  const { role, name, serial, notBefore, notAfter, state, holders } = certificate;
  const ends = Date.parse(notAfter);
  const cells = [
    cell('State', markup`${sign(TONES[state] ?? 'unknown')} ${wordOf(state)}`),
    markup`<th scope="row" data-title="Certificate">${breakable(name)}<div class="place">${role} · serial ${serial}</div></th>`,
    cell('Life', markup`${lifeSvg(certificate, axis)}<span class="spoken">from ${moment(notBefore)}</span>`),
    cell(
      'Ends',
      markup`${distanceText(notAfter, now)}<div class="faint">${moment(notAfter)}</div>`,
      Number.isNaN(ends) ? '' : ends,
    ),
    cell('Held by', nameList(holders, 2), holders.length),
  ];
  return markup`<tbody class="item" data-state="${state}" data-role="${role}"><tr>${cells}</tr></tbody>
`;
}

/** The life of a certificate on the axis: what is over is dashed, what ends soon is hatched by lines. */
function lifeSvg({ notBefore, notAfter, state }: ReportCertificate, axis: TimeAxis): Markup {
  const [begin, end] = [Date.parse(notBefore), Date.parse(notAfter)];
  const lines = markup`<use href="#${TICKS}"/>`;
  if (Number.isNaN(begin) || Number.isNaN(end))
    return markup`<svg class="lane" aria-hidden="true">${lines}</svg>`;
  const [from, to] = [axis.at(begin), axis.at(end)];
  const width = Math.max(0.6, Math.round((to - from) * 100) / 100);
  const tone = TONES[state] ?? 'unknown';
  const dashes = tone === 'good' ? '' : state === 'soon' ? '6 3' : '2 3';
  return markup`<svg class="lane" aria-hidden="true">${lines}<line class="bar ${tone}" x1="${from}%" x2="${Math.min(100, from + width)}%" y1="50%" y2="50%" stroke-dasharray="${dashes}"/><line class="end ${tone}" x1="${to}%" x2="${to}%" y1="15%" y2="85%"/></svg>`;
}

/** The words of the axis, and the lines that every lane shows again. */
function axisSvg(axis: TimeAxis): Markup {
  const ticks = axis.ticks();
  const lines = ticks.map(
    ({ at, text }) =>
      markup`<line class="${text === 'now' ? 'now' : 'tick'}" x1="${at}%" x2="${at}%" y1="0" y2="100%"/>`,
  );
  const texts = ticks.map(({ at, text }) => {
    const anchor = at < 5 ? 'start' : at > 95 ? 'end' : 'middle';
    return markup`<text x="${at}%" y="11" text-anchor="${anchor}" class="${text === 'now' ? 'now' : ''}">${text}</text>`;
  });
  return markup`<svg class="axis" aria-hidden="true"><defs><g id="${TICKS}">${lines}</g></defs>${texts}</svg>`;
}

function unreadList(unread: ReportCertificates['unread']): Markup | undefined {
  if (unread.length === 0) return undefined;
  const items = unread.map(({ who, why }) => markup`<span class="name">${who}</span>: ${why}`);
  return markup`<details class="note"><summary>${sign('unknown')} ${countText(unread.length, 'holder')} whose certificates could not be read</summary>${bulletList(items)}</details>`;
}
