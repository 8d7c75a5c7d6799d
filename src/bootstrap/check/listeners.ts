import type { envoy } from '../api.generated.ts';
import { ipVersion } from '../ip-version.ts';
import type { Check, IsWhole, Report } from './check.ts';

type Address = envoy.config.core.v3.Address;
type Listener = envoy.config.listener.v3.Listener;

/** Listeners whose name or address is taken, or that have nothing to do. */
export const checkListeners: Check = ({ static_resources }, report, isWhole) => {
  const names = new Map<string, number>();
  const addresses = new Map<string, string>();
  for (const [i, listener] of (static_resources?.listeners ?? []).entries()) {
    const path = ['static_resources', 'listeners', i];
    const { name = '', address } = listener;
    const first = names.get(name);
    if (name !== '' && first !== undefined) {
      const message = `a listener named '${name}' is at listeners[${first}] already: Envoy runs only that one`;
      report('warning', [...path, 'name'], message);
    }
    names.set(name, i);

    if (address === undefined) {
      if (
        isWhole(listener) &&
        listener.internal_listener === undefined &&
        listener.api_listener === undefined
      ) {
        report('error', path, `error adding listener named '${name}': address is necessary`);
      }
      continue;
    }
    const text = addressText(address);
    const { socket_address: socket } = address;
    if (socket !== undefined && ipVersion(socket.address) === 0 && (socket.resolver_name ?? '') === '') {
      const at = [...path, 'address', 'socket_address', 'address'];
      report('error', at, `malformed IP address: ${socket.address}`, 'a listener needs an IP address');
    }
    if (text !== undefined) {
      const owner = addresses.get(text);
      if (owner === undefined) addresses.set(text, name);
      else {
        const message = `error adding listener: '${name}' has duplicate address '${text}' as existing listener`;
        report('error', [...path, 'address'], message, `listener '${owner}' has it`);
      }
    }
    checkFilterChains(listener, path, text ?? name, report, isWhole);
  }
};

function checkFilterChains(
  listener: Listener,
  path: (string | number)[],
  name: string,
  report: Report,
  isWhole: IsWhole,
): void {
  const { filter_chains: chains = [], default_filter_chain: standard } = listener;
  const udp = listener.address?.socket_address?.protocol === 'UDP';
  const needsNone = udp || listener.api_listener !== undefined;
  if (isWhole(listener) && chains.length === 0 && standard === undefined && !needsNone) {
    report('error', path, `error adding listener '${name}': no filter chains specified`);
  }
  if (listener.filter_chain_matcher !== undefined) return;
  const matchers = new Map<string, string>();
  for (const [i, chain] of chains.entries()) {
    if (!isWhole(chain) || !isWhole(chain.filter_chain_match ?? {})) continue;
    const matcher = JSON.stringify(chain.filter_chain_match ?? {});
    const first = matchers.get(matcher);
    if (first === undefined) matchers.set(matcher, chain.name ?? '');
    else {
      const rules = `filter chain '${chain.name ?? ''}' has the same matching rules defined as '${first}'`;
      report('error', [...path, 'filter_chains', i], `error adding listener '${name}': ${rules}`);
    }
  }
}

/** The address as Envoy compares it; undefined when two listeners may share it. */
function addressText({ socket_address: socket, pipe }: Address): string | undefined {
  if (pipe !== undefined) return pipe.path;
  if (socket === undefined || !socket.port_value) return undefined;
  const { address, port_value: port, protocol = 'TCP' } = socket;
  const host = ipVersion(address) === 6 ? new URL(`http://[${address}]`).hostname : address;
  return protocol === 'UDP' ? `udp://${host}:${port}` : `${host}:${port}`;
}
