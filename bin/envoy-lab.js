#!/usr/bin/env node
import { run } from '../dist/envoy-lab.js';

await run();
