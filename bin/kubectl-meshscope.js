#!/usr/bin/env node
await import('./meshscope.js');
