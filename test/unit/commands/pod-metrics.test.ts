import { expect, it } from 'vitest';
import { podPath } from '../../../src/commands/envoy-stats/pod-metrics.ts';

it.each([
  [{}, 15020, '/stats/prometheus'],
  [{ 'prometheus.io/port': '15020', 'prometheus.io/path': '/stats/prometheus' }, 15020, '/stats/prometheus'],
  [{ 'prometheus.io/port': '9100' }, 9100, '/metrics'],
  [{ 'prometheus.io/path': 'own' }, 15020, '/own'],
  [{ 'prometheus.io/port': '99999', 'prometheus.io/path': '/a b' }, 15020, '/stats/prometheus'],
])('the annotations %j lead to port %i, path %s', (annotations, port, path) => {
  expect(podPath(annotations)).toEqual({ port, path });
});
