import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Topology } from '../../../lab/topology/topology.ts';
import { fakeIo } from '../../io.fake.ts';
import { styleFor } from '../style.ts';
import { graphText } from './graph.ts';
import { layOut } from './layout.ts';

const route = { domains: ['*'], match: '/', to: { kind: 'clusters', clusters: ['web'] } } as const;
const listener = {
  name: 'http',
  address: '0.0.0.0',
  port: 80,
  protocol: 'http',
  tls: false,
  routes: [route],
} as const;
const topology: Topology = {
  lab: 'demo',
  outside: ['example.com:443'],
  nodes: [
    {
      name: 'front',
      replicas: 1,
      published: [{ name: 'http', port: 80 }],
      containers: [
        {
          name: 'envoy',
          runs: 'ts',
          kind: 'engine',
          listeners: [listener, { ...listener, port: 443, tls: true }],
        },
      ],
    },
    {
      name: 'web',
      replicas: 2,
      published: [],
      containers: [{ name: 'app', runs: 'hello', kind: 'app', listeners: [] }],
    },
  ],
  links: [80, 443].flatMap((port) => [
    {
      from: { node: 'front', container: 'envoy', port },
      cluster: 'web',
      routes: [route],
      to: { kind: 'container', node: 'web', container: 'app', port: 8080 } as const,
    },
    {
      from: { node: 'front', container: 'envoy', port },
      cluster: 'out',
      routes: [],
      to: { kind: 'outside', address: 'example.com:443' } as const,
    },
  ]),
};
const style = styleFor(fakeIo().io.stdout, {});

describe('graphs', () => {
  it('text', () => {
    assert.equal(
      graphText('text', topology, style),
      `front  (published: http 80)
  envoy (ts)
    :80 http
      / -> web -> web/app :8080
    :443 https
      / -> web -> web/app :8080
web × 2
  app (hello)
`,
    );
  });

  it('mermaid', () => {
    assert.equal(
      graphText('mermaid', topology, style),
      `flowchart LR
  subgraph n_front["front"]
    n_front__envoy{{"envoy<br/><small>ts</small>"}}
  end
  subgraph n_web["web × 2"]
    n_web__app["app<br/><small>hello</small>"]
  end
  n_outside__example_com_443(("example.com:443"))
  downstream((downstream)) -->|"http 80"| n_front__envoy
  n_front__envoy -->|"/"| n_web__app
  n_front__envoy -->|"out"| n_outside__example_com_443
`,
    );
  });

  it('dot', () => {
    const dot = graphText('dot', topology, style);
    assert.match(dot, /^digraph "demo" \{\n/);
    assert.match(
      dot,
      /subgraph "cluster_web" \{\n {4}label="web × 2";\n {4}"web\/app" \[label="app\\nhello"\];/,
    );
    assert.equal(dot.match(/"front\/envoy" -> "web\/app" \[label="\/"\];/g)?.length, 1);
  });

  it('svg', () => {
    const svg = graphText('svg', { ...topology, lab: 'a<b' }, style);
    assert.match(svg, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="\d+" height="\d+"/);
    assert.match(svg, /<title>a&lt;b<\/title>/);
    assert.equal(svg.match(/class="link"/g)?.length, 2);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
  });

  it('puts nodes into columns by how far they are from the downstream', () => {
    const { nodes, containers, outside, width } = layOut(topology);
    const [front, web] = nodes;
    assert.ok(front!.x + front!.w < web!.x);
    assert.ok(web!.x + web!.w < outside.get('example.com:443')!.x);
    assert.ok(outside.get('example.com:443')!.x < width);
    const box = containers.get('web/app')!;
    assert.ok(box.x >= web!.x && box.x + box.w <= web!.x + web!.w);
    assert.ok(box.y >= web!.y && box.y + box.h <= web!.y + web!.h);
  });

  it('draws circles too', () => {
    const back = {
      ...topology.links[0]!,
      from: { node: 'web', container: 'app', port: 1 },
      to: { kind: 'container', node: 'front', container: 'envoy', port: 80 } as const,
    };
    assert.match(graphText('svg', { ...topology, links: [...topology.links, back] }, style), /<\/svg>/);
  });
});
