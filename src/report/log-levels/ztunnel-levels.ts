import { OTHER_MODULES } from '../../answers/level-change.ts';
import type { ZtunnelLevelsAnswer } from '../../answers/ztunnel-levels.ts';
import { proxyId } from '../../kube/pod-ref.ts';
import { escapeControl, escapeLine } from '../../util/text.ts';
import { jsonText } from '../json.ts';
import { longTable } from '../long-table.ts';
import type { Reporter } from '../reporter.ts';
import { yamlText } from '../yaml.ts';

/** Reports each ztunnel's level, and its modules that have one of their own. */
export const ztunnelLevelsReport: Reporter<ZtunnelLevelsAnswer> = ({ ztunnels }, options) =>
  longTable(
    ['ZTUNNEL', 'NODE', 'LEVEL', 'MODULES WITH THEIR OWN'],
    ztunnels.map(({ pod, node, levels }) => {
      const own = levels.filter(({ logger }) => logger !== OTHER_MODULES);
      const level = levels.find(({ logger }) => logger === OTHER_MODULES)?.level ?? 'none';
      const modules = own.map(({ logger, level: one }) => `${logger} ${one}`).join(', ') || '-';
      return [proxyId(pod), node ?? '-', level, modules].map(escapeLine);
    }),
    options,
  );

const data = ({ ztunnels }: ZtunnelLevelsAnswer): unknown => ({
  apiVersion: 'meshscope.io/v1',
  kind: 'ZtunnelLogLevels',
  ztunnels: ztunnels.map(({ pod, node, levels }) => ({
    pod: pod.name,
    namespace: pod.namespace,
    node: node ?? null,
    level: levels.find(({ logger }) => logger === OTHER_MODULES)?.level ?? null,
    modules: levels
      .filter(({ logger }) => logger !== OTHER_MODULES)
      .map(({ logger, level }) => ({ module: logger, level })),
  })),
});

/** Levels of ztunnels as JSON. */
export const ztunnelLevelsJson: Reporter<ZtunnelLevelsAnswer> = (answer) => jsonText(data(answer));

/** Levels of ztunnels as YAML. */
export const ztunnelLevelsYaml: Reporter<ZtunnelLevelsAnswer> = (answer) => yamlText(data(answer));

/** As the reference prints them: the pod's name, then ztunnel's own text. */
export const compatZtunnelLevels: Reporter<ZtunnelLevelsAnswer> = ({ ztunnels }) =>
  ztunnels.map(({ pod, page }) => `${escapeLine(proxyId(pod))}:\n${escapeControl(page)}\n`).join('');
