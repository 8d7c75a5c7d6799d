import { builtIn, sandboxChecks, sandboxRequests } from '../e2e/sandbox-checks.ts';
import { clusterPlace } from './place.ts';

const place = await clusterPlace();
// Its names have dots, which a cluster gives to nothing (docs/kubernetes.md).
sandboxChecks(
  place,
  builtIn.filter((name) => name !== 'tls-sni'),
);
sandboxRequests(place);
