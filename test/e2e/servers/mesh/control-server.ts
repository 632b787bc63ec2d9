import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inParallel } from './load-objects.ts';
import type { Fault } from './page-server.ts';
import type { ReplayedMesh } from './replayed-mesh.ts';

/** A command of the tests, which run in another process than the servers. */
export type ControlCommand =
  | { readonly do: 'fault'; readonly server: string; readonly fault: Fault }
  | { readonly do: 'asked'; readonly server: string }
  | { readonly do: 'most'; readonly server: string }
  | { readonly do: 'port'; readonly server: string }
  | { readonly do: 'add-replicas'; readonly server: string; readonly names: readonly string[] }
  | { readonly do: 'add-istiod'; readonly name: string }
  | { readonly do: 'add-ztunnel'; readonly name: string; readonly node: string }
  | { readonly do: 'remove-pod'; readonly namespace: string; readonly name: string };

/** Takes the tests' commands by POST on loopback. */
export async function startControlServer(
  mesh: ReplayedMesh,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    carryOut(mesh, request).then(
      (answer) => response.end(JSON.stringify(answer ?? null)),
      (error: unknown) => {
        response.writeHead(500);
        response.end(String(error));
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function carryOut(mesh: ReplayedMesh, request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const command = JSON.parse(Buffer.concat(chunks).toString('utf8')) as ControlCommand;
  if (command.do === 'add-istiod') return mesh.addIstiod(command.name);
  if (command.do === 'add-ztunnel') return mesh.addZtunnel(command.name, command.node);
  if (command.do === 'remove-pod') return mesh.removePod(command);
  const server = mesh.servers.get(command.server);
  if (server === undefined) throw new Error(`no server ${command.server}`);
  switch (command.do) {
    case 'asked':
      return server.asked.splice(0);
    case 'port':
      return server.port;
    case 'most':
      return server.takeMost();
    case 'add-replicas':
      return inParallel(command.names, (name) => mesh.addProxyPod({ namespace: 'load', name }, server.port));
    case 'fault':
      return server.setFault(command.fault);
  }
}
