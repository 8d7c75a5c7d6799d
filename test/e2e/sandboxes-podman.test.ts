import { places } from './places.ts';
import { sandboxChecks, sandboxRequests } from './sandbox-checks.ts';

/**
 * Podman takes half a minute for a sandbox, and the data planes are Docker's: those whose networks, services, datagrams and
 * files ask the most of the engine. `ENVOY_LAB_SANDBOXES=all` tries every one.
 */
const telling = ['front-proxy', 'svc', 'mutual-tls', 'udp'];

const place = (await places()).find(({ name }) => name === 'podman')!;
sandboxChecks(place, process.env.ENVOY_LAB_SANDBOXES === 'all' ? undefined : telling);
sandboxRequests(place);
