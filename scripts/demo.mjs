// `npm run demo`: on a clean clone installs and builds first, then asks the bundled mesh how it is.
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { run, runAll } from './lib/run.mjs';

await ensureInstalled();
await runAll([[process.execPath, ['scripts/build.mjs']]]);
console.log('\n$ meshscope proxy-status --from demo\n');
const code = await run(process.execPath, ['bin/meshscope.js', 'proxy-status', '--from', 'demo']);
console.log(`
Next, on the same mesh (meshscope = node bin/meshscope.js):
  meshscope proxy-status deploy/search-v1 -n shop --from demo     what a proxy runs, against what istiod wants it to run
  meshscope proxy-config cluster deploy/cart-v1 -n shop --from demo
  meshscope authz check deploy/checkout-v1 -n payments --from demo
  meshscope rootca-compare deploy/cart-v1.shop deploy/ledger-v1.payments --from demo
  meshscope --help                                                all commands`);
process.exitCode = code;
