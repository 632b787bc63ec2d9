import { analyzer as canaryWeight } from './canary-weight.js';

export default [canaryWeight];
