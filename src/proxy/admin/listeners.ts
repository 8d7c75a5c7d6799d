import { addressText } from '../listener/address.ts';
import type { ActiveListener } from '../listener/listener-manager.ts';
import type { AdminHandler } from './handler.ts';

/** `/listeners`: the addresses listened on, one a line or as `envoy.admin.v3.Listeners`. */
export const listenersHandler: AdminHandler = {
  path: '/listeners',
  help: 'print listener info',
  handle({ query }, server) {
    const listening = server.listeners.listeners.filter(({ socket }) => socket !== undefined);
    if (query.get('format') !== 'json') return { body: listening.map(line).join('') };
    const body = { listener_statuses: listening.map(status) };
    return { contentType: 'application/json', body: JSON.stringify(body, null, 1) };
  },
};

function line({ listener, socket }: ActiveListener): string {
  return `${listener.name}::${addressText(socket!.local)}\n`;
}

function status({ listener, socket }: ActiveListener): unknown {
  const { address, port } = socket!.local;
  const local =
    listener.address.kind === 'pipe'
      ? { pipe: { path: address } }
      : { socket_address: { address, port_value: port } };
  return { name: listener.name, local_address: local };
}
