import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import type { CniPage, EnvoyPage, IstiodRequest, ZtunnelPage } from '../source.ts';

/** A path of a snapshot as its decoded segments: `['clusters', 'demo', 'proxies', …]`. */
export type Segments = readonly string[];

/** The folder of a cluster that holds a pod's files. */
export type PodRoom = 'istiod' | 'proxies' | 'ztunnel' | 'cni';

/** Name of the index file at the top of a snapshot. */
export const MANIFEST = 'snapshot.json';

/** Segments as a path; whatever could be read as a separator, a parent folder or a wildcard is percent-encoded. */
export function encodePath(segments: Segments): string {
  return segments.map(encodeSegment).join('/');
}

/** A path as `encodePath` would write it: two ways to write one place become the same. */
export function canonicalPath(path: string): string {
  return /^[\w./~-]*$/.test(path) ? path : encodePath(decodePath(path));
}

/** The segments of a path; a segment that is not properly encoded is taken as it is. */
export function decodePath(path: string): string[] {
  return path.split('/').map((segment) => {
    if (!segment.includes('%')) return segment;
    try {
      return decodeURIComponent(segment);
    } catch {
      return segment;
    }
  });
}

/** The list of one kind in one version, all namespaces. */
export function resourceSegments(cluster: string, group: string, version: string, plural: string): Segments {
  return ['clusters', cluster, 'kubernetes', groupFolder(group), version, `${plural}.json`];
}

/** Folder of an API group; the core group has no name of its own. */
export function groupFolder(group: string): string {
  return group === '' ? 'core' : group;
}

/** The folder of one pod. */
export function podSegments(cluster: string, room: PodRoom, pod: PodRef): Segments {
  return ['clusters', cluster, room, pod.namespace, pod.name];
}

/** Where the list of proxies itself is noted when it could not be had; there is never a file of that name. */
export function proxyListSegments(cluster: string): Segments {
  return ['clusters', cluster, 'proxies'];
}

/** File of an Envoy admin page below the pod's folder. */
export const ENVOY_FILES: Readonly<Record<EnvoyPage, string>> = {
  config_dump: 'config_dump.json',
  clusters: 'clusters.json',
  certs: 'certs.json',
  listeners: 'listeners.json',
  server_info: 'server_info.json',
  stats: 'stats.prom',
  stats_text: 'stats.txt',
  stats_json: 'stats.json',
  clusters_text: 'clusters.txt',
  logging: 'logging.txt',
  memory: 'memory.json',
  runtime: 'runtime.json',
  init_dump: 'init_dump.json',
};

/** File of a ztunnel admin page below the pod's folder. */
export const ZTUNNEL_FILES: Readonly<Record<ZtunnelPage, string>> = {
  config_dump: 'config_dump.json',
  stats: 'metrics.prom',
  logging: 'logging.txt',
};

/** File of a page of a CNI pod below the pod's folder. */
export const CNI_FILES: Readonly<Record<CniPage, string>> = { metrics: 'metrics.prom' };

/**
 * Files below an istiod's folder that can answer a request, the one to write first. Pages that failed were kept as
 * `.txt` by some writers.
 */
export function istiodFiles(request: IstiodRequest): readonly [Segments, ...Segments[]] {
  switch (request.channel) {
    case 'version':
      return [['version.json'], ['version.txt']];
    case 'metrics':
      return [['metrics.prom']];
    case 'controlz':
      return [['controlz', `${request.name}.json`]];
    case 'debug':
    case 'xds': {
      const { channel, name, proxy } = request;
      const query = queryText(request);
      if (query !== '') return [[channel, name, `${proxy === undefined ? '' : proxyId(proxy)}${query}.json`]];
      if (proxy !== undefined) return [[channel, name, `${proxyId(proxy)}.json`]];
      return [
        [channel, `${name}.json`],
        [channel, `${name}.txt`],
      ];
    }
  }
}

/** File of a container's log below the pod's folder. */
export function logFile(container: string, previous: boolean): Segments {
  return ['logs', previous ? `${container}.previous.log` : `${container}.log`];
}

/** The request in words: `debug/syncz`, `xds/config_dump of cart-v1.shop`, `metrics`. */
export function describeRequest(request: IstiodRequest): string {
  const page =
    request.channel === 'version' || request.channel === 'metrics'
      ? request.channel
      : `${request.channel}/${request.name}${queryText(request)}`;
  return request.proxy === undefined ? page : `${page} of ${proxyId(request.proxy)}`;
}

function queryText({ query = {} }: IstiodRequest): string {
  const parts = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  return parts.length === 0 ? '' : `?${parts.sort().join('&')}`;
}

/** A kind in words, as kubectl names it: `virtualservices.networking.istio.io`. */
export function describeKind(group: string, plural: string): string {
  return group === '' ? plural : `${plural}.${group}`;
}

function encodeSegment(segment: string): string {
  if (/^\.+$/.test(segment)) return segment.replaceAll('.', '%2E');
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
