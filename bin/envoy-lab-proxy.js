#!/usr/bin/env node
import { run } from '../dist/envoy-lab-proxy.js';

await run();
