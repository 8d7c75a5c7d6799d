import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { requireOracle } from '../oracle.ts';
import { CommandLine } from './command-line.ts';

const { path, skip } = requireOracle();

describe('the real Envoy', { skip }, () => {
  const cli = new CommandLine({ ENVOY_PATH: path });
  after(() => cli[Symbol.asyncDispose]());

  for (const sandbox of ['front-proxy', 'get-started']) {
    it(`runs ${sandbox} and passes its checks`, async () => {
      const { code, stdout, stderr } = await cli.run(['up', sandbox, '--engine', 'envoy', '--check']);
      assert.equal(code, 0, stdout + stderr);
      assert.match(stderr, /engine envoy \(\d+\.\d+\.\d+\): asked for with --engine/);
      assert.match(await cli.ok('ps'), / envoy +ready/);
      await cli.ok('down');
    });
  }

  it('takes the place of our data plane in one node of a running lab, and gives it back', async () => {
    await cli.ok('up', 'front-proxy');
    const up = await cli.run(['up', 'front-proxy', '--engine', 'front-envoy=envoy']);
    assert.equal(up.code, 0, up.stderr);
    assert.match(up.stderr, /^update front-envoy-1$/m);
    assert.doesNotMatch(up.stderr, /^update service/m);
    assert.match(await cli.ok('curl', '-s', 'http://front-envoy:8080/service/1'), /\(service 1\)!/);
    assert.match(
      await cli.ok('up', 'front-proxy', '--dry-run'),
      /^update front-envoy-1 +# envoy: its engine is now ts$/m,
    );
    await cli.ok('down');
    await cli.assertClean();
  });

  it('decides about a config, and tells where it is wrong', async () => {
    const folder = cli.sandbox('wrong', {
      'sandbox.yaml': 'name: wrong\nnodes:\n  web: { envoy: envoy.yaml }\n',
      'envoy.yaml':
        'static_resources:\n  clusters:\n    - name: web\n      type: STRICT_DSN\n      connect_timeout: soon\n',
    });
    const { code, stderr } = await cli.run(['up', folder, '--engine', 'envoy']);
    assert.equal(code, 2);
    assert.match(stderr, /envoy\.yaml:4:\d+: .*STRICT_DSN/);
    assert.match(stderr, /envoy\.yaml:5:\d+: .*soon/);
    await cli.assertClean();
  });
});
