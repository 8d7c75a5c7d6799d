#!/usr/bin/env node
'use strict';
const proxy = require('./load.js').load('envoy-lab-proxy');

// The CLI requires it, to have configs checked before anything is started.
if (require.main === module) proxy.run(__filename);
else module.exports = proxy;
