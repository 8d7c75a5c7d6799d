import assert from 'node:assert/strict';
import { it } from 'node:test';
import { containerPath, TOOL_PATH } from './container-path.ts';

it("begins with this Node, then the system's tools, then what else the user has", () => {
  const path = containerPath('/home/u/bin:.:/usr/bin::/opt/go/bin', '/home/u/.nvm/bin/node');
  assert.equal(path, `/home/u/.nvm/bin:${TOOL_PATH}:/home/u/bin:/opt/go/bin`);
});
