#!/usr/bin/env node
// Stands in for the agent in the proxy's container: `pilot-agent request GET <path>` asks Envoy's admin port.
import { request } from 'node:http';

const [command, method, path] = process.argv.slice(2);
if (command !== 'request' || method === undefined || path === undefined) process.exit(2);
const call = request(
  { host: '127.0.0.1', port: Number(process.env.ADMIN_PORT), path: `/${path.replace(/^\//, '')}`, method },
  (response) => {
    response.pipe(process.stdout);
    response.on('end', () => {
      if (response.statusCode !== 200) {
        process.stderr.write(`Error: received unsuccessful status code ${response.statusCode}\n`);
        process.exitCode = 1;
      }
    });
  },
);
call.on('error', (error) => {
  process.stderr.write(`Error: failed to execute command on Envoy: ${error.message}\n`);
  process.exitCode = 1;
});
call.end();
