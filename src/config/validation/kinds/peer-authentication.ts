import { checkMatchLabels } from '../parts/scope.ts';
import type { Spot } from '../spot.ts';

/** A PeerAuthentication (analyzers, section 4.8). */
export function checkPeerAuthentication(spec: Spot): void {
  checkMatchLabels(spec.get('selector'));
  const ports = spec.get('portLevelMtls');
  if (ports.entries().length === 0) return;
  if (spec.entries('selector', 'matchLabels').length === 0)
    ports.error('portLevelMtls needs a selector: ports belong to a workload');
  for (const [port, settings] of ports.entries()) {
    const number = Number(port);
    if (!Number.isInteger(number) || number < 1 || number > 65535) settings.error(`"${port}" is no port`);
  }
}
