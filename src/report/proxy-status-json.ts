import type { ProxyRow } from '../answers/proxy-row.ts';
import type { PodSync, ProxyStatusAnswer, ProxyStatusList } from '../answers/proxy-status-answer.ts';
import { jsonText } from './json.ts';
import { typeWord } from './proxy-words.ts';
import type { Reporter } from './reporter.ts';
import { yamlText } from './yaml.ts';

const API_VERSION = 'meshscope.io/v1';
const INDENT = 4;

/**
 * The reference's DiscoveryResponse as one document (the resources of several istiods merged), and our own findings
 * under `meshscope`. The pod form, which has no JSON in the reference, is a document of ours.
 */
export const json: Reporter<ProxyStatusAnswer> = (answer, { now }) =>
  jsonText(documentOf(answer, now), INDENT);

/** As `json`, in YAML. */
export const yaml: Reporter<ProxyStatusAnswer> = (answer, { now }) => yamlText(documentOf(answer, now));

function documentOf(answer: ProxyStatusAnswer, now: Date): unknown {
  if (answer.form === 'list') {
    const { document } = answer;
    const resources = (document['resources'] ?? undefined) === undefined ? { resources: [] } : {};
    return { ...document, ...resources, meshscope: listFacts(answer, now) };
  }
  if (answer.form === 'ztunnel') {
    return {
      apiVersion: API_VERSION,
      kind: 'ProxySync',
      proxy: answer.proxy,
      type: 'ztunnel',
      comparable: false,
      ...(answer.row && ztunnelFacts(answer.row, now)),
    };
  }
  return podFacts(answer);
}

function ztunnelFacts({ state, istiod, version, node, types, problems }: ProxyRow, now: Date): object {
  return { state, istiod, version, node, types, problems: problems.map(problemFacts(now)) };
}

function listFacts({ status }: ProxyStatusList, now: Date): unknown {
  return {
    apiVersion: API_VERSION,
    kind: 'ProxyStatus',
    at: now.toISOString(),
    inSync: status.inSync,
    notCompared: status.notCompared,
    askedThemselves: status.askedThemselves,
    podsKnown: status.podsKnown,
    istiods: status.istiods.map(({ name, namespace, cluster, sync, failure }) => ({
      name,
      namespace,
      cluster,
      version: sync?.istiodVersion,
      answered: sync !== undefined,
      failure,
    })),
    proxies: status.rows.map((row) => ({
      ...row,
      type: typeWord(row),
      problems: row.problems.map(problemFacts(now)),
    })),
  };
}

function problemFacts(now: Date) {
  return (problem: ProxyRow['problems'][number]): unknown => {
    const ms = now.getTime() - Date.parse(problem.since ?? '');
    return { ...problem, ageSeconds: Number.isNaN(ms) ? undefined : Math.max(0, Math.round(ms / 1000)) };
  };
}

function podFacts({ proxy, istiod, diff, problems }: PodSync): unknown {
  return {
    apiVersion: API_VERSION,
    kind: 'ProxySync',
    proxy,
    istiod,
    inSync: diff.kinds.every((kind) => kind.differences.length === 0) && diff.skipped.length === 0,
    problems,
    ...diff,
  };
}
