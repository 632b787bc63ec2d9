// Preloaded into a measured process: writes what it used, in ms and bytes, when it ends.
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  const { userCPUTime, maxRSS } = process.resourceUsage();
  writeFileSync(
    process.env.BENCH_PROBE,
    JSON.stringify({ userMs: userCPUTime / 1000, rssBytes: maxRSS * 1024 }),
  );
});
