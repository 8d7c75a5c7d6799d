import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { LabError } from '../error.ts';

/**
 * Writes a small sandbox that runs: a proxy before an app.
 *
 * @returns the files written, as paths that begin with `folder`
 * @throws LabError `usage` when the folder is not empty, `runtime` when it cannot be written
 */
export async function initSandbox(cwd: string, folder: string): Promise<readonly string[]> {
  const path = resolve(cwd, folder);
  const present = await readdir(path).catch(() => []);
  if (present.length > 0) {
    throw new LabError('usage', `${folder} is not empty`, { hint: 'name a new folder' });
  }
  const files = sandboxFiles(nameFor(basename(path)));
  try {
    await mkdir(path, { recursive: true });
    for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
  } catch (error) {
    throw new LabError('runtime', `cannot write ${folder}: ${(error as Error).message}`, { cause: error });
  }
  return Object.keys(files).map((name) => join(folder, name));
}

/** A folder's name as a sandbox's: a DNS label. */
function nameFor(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return name === '' ? 'my-sandbox' : name;
}

function sandboxFiles(name: string): Record<string, string> {
  return {
    'sandbox.yaml': `name: ${name}
summary: One proxy before one app.

nodes:
  proxy:
    envoy: envoy.yaml
    publish: { http: 10000, admin: 9901 }
  web:
    image: hello

checks:
  - name: the app answers through the proxy
    curl: http://proxy:10000/service/1
    expect:
      status: 200
      headers: { server: envoy }
      body: Hello from behind Envoy
`,
    'envoy.yaml': `# One listener, one route, one cluster: change it and run "envoy-lab up" again.
admin:
  address:
    socket_address: { address: 0.0.0.0, port_value: 9901 }

static_resources:
  listeners:
    - name: http
      address:
        socket_address: { address: 0.0.0.0, port_value: 10000 }
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: ingress_http
                route_config:
                  name: web
                  virtual_hosts:
                    - name: web
                      domains: ["*"]
                      routes:
                        - match: { prefix: / }
                          route: { cluster: web }
                http_filters:
                  - name: envoy.filters.http.router
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router

  clusters:
    - name: web
      type: STRICT_DNS
      dns_lookup_family: V4_ONLY
      dns_refresh_rate: 0.25s
      load_assignment:
        cluster_name: web
        endpoints:
          - lb_endpoints:
              - endpoint:
                  address:
                    socket_address: { address: web, port_value: 8080 }
`,
    'README.md': `# ${name}

One Envoy proxy (\`proxy\`, port 10000) before one app (\`web\`, port 8080).

    envoy-lab up .                                     # start it, from this folder
    envoy-lab curl -v http://proxy:10000/service/1     # send a request through it
    envoy-lab stats proxy cluster.web                  # what the proxy counted
    envoy-lab scale web=3                              # three replicas share the load
    envoy-lab check                                    # run the checks of sandbox.yaml
    envoy-lab down                                     # take it away
`,
  };
}
