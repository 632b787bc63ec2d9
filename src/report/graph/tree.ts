import type { DependencyBranch, DependencyTree, GraphAnswer } from '../../answers/graph/graph-answer.ts';
import { treeNodes } from '../../answers/graph/tree.ts';
import { escapeLine } from '../../util/text.ts';
import { markSymbol, type Style } from '../style.ts';
import { counted, nodeText, placedLine, placeText } from './place.ts';

/** What an object depends on, as a tree; what is broken is marked, with the reason. */
export function tree(
  { dangling }: GraphAnswer,
  dependencies: DependencyTree,
  style: Style,
  width: number,
): string[] {
  const reasons = new Map(dangling.map((one) => [keyOf(one), one.what]));
  const isDeeper = (branches: readonly DependencyBranch[]): boolean =>
    branches.some((branch) => branch.ends === 'deeper' || isDeeper(branch.branches));
  const count = treeNodes(dependencies).size - 1;
  const id = style.strong(nodeText(dependencies.id));
  if (count === 0) return [`${markSymbol('good', style)} ${id} refers to nothing`];
  const broken = counted(reasons.size, 'broken reference').map((text) => `, ${text}`);
  return [
    `${markSymbol(reasons.size > 0 ? 'bad' : 'good', style)} ${id} depends on ${counted(count, 'object').join('')}${broken.join('')}`,
    ...branchLines(dependencies.branches, '', reasons, style, width),
    ...(isDeeper(dependencies.branches) ? [style.faint('  … goes on: --depth shows more')] : []),
  ];
}

function branchLines(
  branches: readonly DependencyBranch[],
  indent: string,
  reasons: ReadonlyMap<string, string>,
  style: Style,
  width: number,
): string[] {
  return branches.flatMap((branch, index) => {
    const isLast = index === branches.length - 1;
    const reason = reasons.get(keyOf(branch));
    const mark = reason === undefined ? '' : `${markSymbol('bad', style)} `;
    const ends = branch.ends === undefined ? '' : branch.ends === 'deeper' ? ' …' : ` (${branch.ends})`;
    const target = `${mark}${nodeText(branch.to)}${style.faint(ends)}`;
    const text = `${indent}${isLast ? '└─' : '├─'} ${style.faint(branch.relation)} ${target}`;
    const below = `${indent}${isLast ? '   ' : '│  '}`;
    return [
      ...placedLine(text, placeText(branch.place), width, style, below.length + 2),
      ...(reason === undefined ? [] : [`${below}  ${escapeLine(reason)}`]),
      ...branchLines(branch.branches, below, reasons, style, width),
    ];
  });
}

function keyOf(edge: {
  readonly from: string;
  readonly to: string;
  readonly place: { readonly path: string };
}) {
  return [edge.from, edge.to, edge.place.path].join('\u0000');
}
