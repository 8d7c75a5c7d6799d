import { places } from './places.ts';
import { sandboxChecks, sandboxRequests } from './sandbox-checks.ts';

const place = (await places()).find(({ name }) => name === 'docker')!;
sandboxChecks(place);
sandboxRequests(place);
