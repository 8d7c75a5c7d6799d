import type { LabView, NodeView, PortView } from './lab.ts';

/** A lab as data: two replicas of `web` and one of `api`, which speaks TLS on 8443. */
export function fakeView(ports: Readonly<Record<string, readonly PortView[]>> = {}): LabView {
  const node = (group: string, index: number, names: readonly string[]): NodeView => {
    const name = `${group}-${index}`;
    return {
      name,
      group,
      names,
      addresses: [`10.0.0.${names.length}`],
      containers: [{ name: 'app', kind: 'app', runs: 'hello', state: 'ready', once: false }],
      ports: ports[name] ?? [
        { port: 8080, kind: 'app', container: 'app', tls: false },
        ...(group === 'api' ? [{ port: 8443, kind: 'listener', tls: true, name: 'https' } as const] : []),
      ],
    };
  };
  return {
    lab: 'demo',
    sandbox: 'demo',
    runtime: 'fake',
    nodes: [
      node('web', 1, ['www.example.com', '10.0.0.1']),
      node('web', 2, ['10.0.0.2']),
      node('api', 1, ['10.0.0.3']),
    ],
  };
}
