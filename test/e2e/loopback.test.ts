import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CommandLine } from './command-line.ts';

describe('a machine that refuses namespaces', { skip: process.platform !== 'linux' && 'needs 127/8' }, () => {
  for (const sandbox of ['front-proxy', 'get-started']) {
    it(`runs ${sandbox} on loopback addresses, says what is untrue there, passes its checks`, async () => {
      await using cli = new CommandLine({ ENVOY_LAB_PROCESS_MODE: 'loopback' });
      const { code, stdout, stderr } = await cli.run(['up', sandbox, '--check']);
      assert.equal(code, 0, stdout + stderr);
      assert.match(stderr, /^runtime process, loopback: /m);
      assert.match(stderr, /^note: All nodes share this machine's network/m);
      assert.match(stdout + stderr, /\d+ passed, 0 failed/);
      await cli.ok('down');
      await cli.assertClean();
    });
  }
});
