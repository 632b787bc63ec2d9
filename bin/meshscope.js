#!/usr/bin/env node
import module from 'node:module';
import v8 from 'node:v8';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`error: meshscope needs Node.js 20.19 or newer, this is ${process.versions.node}`);
  process.exit(70);
}
module.enableCompileCache?.();
// Most runs end within a second: optimising code that early costs more than it gains (measured by npm run bench).
// Only where it was measured: another Node.js may not know the flag.
if (major === 20) v8.setFlagsFromString('--interrupt-budget=1000000');
try {
  await import('../dist/main.js');
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.url ?? error.message).includes('dist/main.js'))
    throw error;
  console.error('error: meshscope is not built yet\n  next  npm run build');
  process.exit(70);
}
