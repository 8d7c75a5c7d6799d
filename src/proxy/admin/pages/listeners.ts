import { addressText } from '../../listener/address.ts';
import type { ActiveListener } from '../../listener/listener-manager.ts';
import { type AdminHandler, jsonResponse } from '../handler.ts';

/** `/listeners`: the addresses listened on, one a line or as `envoy.admin.v3.Listeners`. */
export const listeners: AdminHandler = {
  path: '/listeners',
  help: 'print listener info',
  parameters: [{ name: 'format', help: 'File format to use', values: ['text', 'json'] }],
  handle({ query }, server) {
    const listening = server.listeners.listeners.filter(({ socket }) => socket !== undefined);
    if (query.get('format') !== 'json') return { body: listening.map(line).join('') };
    return jsonResponse(listening.length === 0 ? {} : { listener_statuses: listening.map(status) });
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
