'use strict';
require('./load.js').load('supervisor');
