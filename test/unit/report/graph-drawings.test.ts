import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GraphAnswer, ShownEdge, ShownNode } from '../../../src/answers/graph/graph-answer.ts';
import { dot } from '../../../src/report/graph/dot.ts';
import { mermaid } from '../../../src/report/graph/mermaid.ts';
import { html } from '../../../src/report/graph-page/page.ts';

const OPTIONS = { color: false, width: 80, now: new Date(0) };

function answerOf(texts: readonly string[]): GraphAnswer {
  const nodes = texts.map((text): ShownNode => {
    return { id: text, kind: text, namespace: text, name: text, state: 'missing', place: { path: text } };
  });
  const edges = texts.map((text): ShownEdge => {
    const place = { path: text };
    return { from: texts[0] ?? '', to: text, relation: 'routes to', written: text, state: 'missing', place };
  });
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'DependencyGraph',
    target: texts[0] ?? '',
    nodes,
    edges,
    cycles: [],
    dangling: [],
    unreadable: [],
  };
}

const texts = fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1, maxLength: 5 });
const hostile = [
  'a"];b',
  '\\',
  '\\"',
  'a\nend\nclick n0 "javascript:1"',
  '</script>',
  '%%{init}%%',
  '#quot;',
];

describe('drawings of a graph with hostile names', () => {
  const inDot = (text: string): void => {
    // A line is a statement with quoted texts, in which only escapes have a backslash or quote.
    for (const line of text.trimEnd().split('\n')) {
      const rest = line.replace(/"(?:[^"\\]|\\.)*"/g, 'Q');
      expect(rest).toMatch(
        /^(digraph mesh \{| *\w+=\w+;| *(node|edge) \[[\w=Q, -]+\];| *subgraph cluster_\d+ \{| *label=Q;| *\}| *Q( -> Q)? \[[\w=Q, ]+\];|\})$/,
      );
    }
  };
  const inMermaid = (text: string): void => {
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(
        /^(flowchart LR| *n\d+\["[\p{L}\p{N} ._/=:,()#;<>-]*"\]| *subgraph s\d+\["[\p{L}\p{N} ._/=:,()#;-]*"\]| *end| *n\d+ (-->|-\.->)\|"routes to"\| n\d+| *classDef missing [\w#:,]+| *class [n\d,]+ missing| *linkStyle [\d,]+ [\w#:,]+)$/u,
      );
  };

  it('keep to the grammar of DOT and Mermaid', () => {
    inDot(dot(answerOf(hostile), OPTIONS) as string);
    inMermaid(mermaid(answerOf(hostile), OPTIONS) as string);
  });

  it('do so for any text', () => {
    fc.assert(
      fc.property(texts, (names) => {
        inDot(dot(answerOf(names), OPTIONS) as string);
        inMermaid(mermaid(answerOf(names), OPTIONS) as string);
      }),
    );
  });

  it('leave the page with its own two scripts, and say the same names in its data', () => {
    fc.assert(
      fc.property(fc.constantFrom(hostile, ['<!--<script>', ']]>', '\u2028']), (names) => {
        const page = html(answerOf(names), OPTIONS) as string;
        expect(page.match(/<script/g)).toHaveLength(2);
        expect(page.match(/<\/script/g)).toHaveLength(2);
        const data = /id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
        expect(data).not.toMatch(/[<>&\u2028]/);
        const { nodes } = JSON.parse(data) as { nodes: { id: string }[] };
        expect(nodes.map(({ id }) => id)).toEqual(names);
      }),
    );
  });
});
