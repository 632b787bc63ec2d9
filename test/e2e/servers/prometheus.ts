import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Child, freePort, startChild, untilReady } from './child.ts';

/** A real Prometheus that reads metrics of the test. */
export interface RunningPrometheus {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts Prometheus on loopback; it asks `metrics` for its text twice a second. Data and log are in `folder`. */
export async function startPrometheus(
  program: string,
  folder: string,
  metrics: () => string,
): Promise<RunningPrometheus> {
  const exporter = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(metrics());
  });
  await new Promise<void>((resolve) => exporter.listen(0, '127.0.0.1', resolve));
  const target = `127.0.0.1:${(exporter.address() as AddressInfo).port}`;
  const port = await freePort();
  const config = join(folder, 'prometheus.yml');
  const scrape = { job_name: 'mesh', scrape_interval: '500ms', scrape_timeout: '500ms' };
  // JSON is YAML too.
  writeFileSync(
    config,
    JSON.stringify({ scrape_configs: [{ ...scrape, static_configs: [{ targets: [target] }] }] }),
  );
  const flags = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'prometheus')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child: Child = startChild('prometheus', program, flags, { logFile: join(folder, 'prometheus.log') });
  await untilReady(child, 30, async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok);
  return {
    port,
    stop: async () => {
      await child.stop();
      exporter.closeAllConnections();
      exporter.close();
    },
  };
}
