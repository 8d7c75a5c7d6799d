#!/usr/bin/env node
import { load } from './load.js';

const { run } = await load('envoy-lab-proxy.js');
await run();
