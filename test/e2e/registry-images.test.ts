import assert from 'node:assert/strict';
import { after, afterEach, describe, it } from 'node:test';
import { CommandLine } from './command-line.ts';
import { enginesUnderTest, places } from './places.ts';

const sandboxYaml = `name: own-names
nodes:
  pod:
    hosts: { app.example.test: 127.0.0.1, far.example.test: 192.0.2.7 }
    publish: { http: 10080 }
    containers:
      app: { image: quay.io/team/app:1.2, env: { SERVICE_NAME: "1" } }
      sidecar: { envoy: envoy.yaml }
`;
const envoyYaml = `static_resources:
  listeners:
    - name: http
      address: { socket_address: { address: 0.0.0.0, port_value: 10080 } }
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: http
                route_config:
                  virtual_hosts:
                    - { name: all, domains: ["*"], routes: [{ match: { prefix: / }, route: { cluster: app } }] }
                http_filters:
                  - name: envoy.filters.http.router
                    typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
  clusters:
    - name: app
      type: STRICT_DNS
      dns_lookup_family: V4_ONLY
      dns_refresh_rate: 0.25s
      load_assignment:
        cluster_name: app
        endpoints:
          - lb_endpoints:
              - { endpoint: { address: { socket_address: { address: app.example.test, port_value: 8080 } } } }
`;

for (const place of await places()) {
  describe(`a node's own names, and an image of ours in the place of a registry's, on ${place.name}`, {
    skip: place.skip,
  }, () => {
    const cli = new CommandLine({ ...place.env, ENVOY_LAB_RUNTIME: place.runtime });
    const folder = cli.sandbox('own-names', { 'sandbox.yaml': sandboxYaml, 'envoy.yaml': envoyYaml });
    const up = (...words: readonly string[]) => cli.run(['up', folder, '--quiet', ...words]);
    after(() => cli[Symbol.asyncDispose]());
    afterEach(async () => {
      await cli.run(['down', '--all', '--quiet']);
      await cli.assertClean();
    });

    for (const engine of enginesUnderTest()) {
      it(`with engine ${engine.name}`, { skip: engine.skip }, async () => {
        const words = ['up', folder, '--quiet', '--engine', engine.name];
        const { code, stderr } = await cli.run(
          [...words, '--image', 'quay.io/team/app:1.2=hello'],
          engine.env,
        );
        if (place.name === 'process, loopback' && engine.name === 'envoy') {
          assert.equal(code, 3);
          assert.match(stderr, /without namespaces pod-1\/sidecar would not see .* app\.example\.test/);
          return;
        }
        assert.equal(code, 0, stderr);
        const answer = await cli.ok(
          'curl',
          '-sS',
          '--retry',
          '9',
          '--retry-all-errors',
          '--retry-max-time',
          '10',
          'http://pod:10080/service/1',
        );
        assert.match(answer, /Hello from behind Envoy \(service 1\)!/);
        const lookUp = `require('dns').lookup('far.example.test', (error, found) => console.log(error ?? found))`;
        const node = place.runtime === 'docker' ? 'node' : process.execPath;
        assert.equal(await cli.ok('exec', '-T', 'pod', '--', node, '-e', lookUp), '192.0.2.7\n');
      });
    }

    it('is refused, or not found, when nothing is put in its place', async () => {
      const { code, stderr } = await up();
      if (place.runtime === 'process') {
        assert.equal(code, 2);
        assert.match(
          stderr,
          /sandbox\.yaml:7:7: nodes\.pod: container app is the image quay\.io\/team\/app:1\.2 of a registry/,
        );
      } else {
        assert.equal(code, 3);
        assert.match(stderr, /image quay\.io\/team\/app:1\.2 cannot be pulled/);
      }
      assert.match(stderr, /--image quay\.io\/team\/app:1\.2=http-app/);
    });

    it('names what was meant', async () => {
      const meant = await up('--image', 'quay.io/team/app:1.3=hello');
      assert.deepEqual([meant.code, /did you mean "quay.io\/team\/app:1.2"/.test(meant.stderr)], [1, true]);
      const image = await up('--image', 'quay.io/team/app:1.2=helo');
      assert.deepEqual([image.code, /did you mean "hello"/.test(image.stderr)], [1, true]);
    });
  });
}
