import { engineLife } from './engine-life.ts';
import { EngineObjects } from './engine-objects.ts';
import { places } from './places.ts';

const place = (await places()).find(({ name }) => name === 'podman')!;
engineLife(place, {
  // No runtime is named: an engine answers.
  named: '',
  told: /^runtime docker, podman: the default \(Podman \d/m,
  runtime: 'docker',
  mode: () => 'podman',
  outside: (owner) => new EngineObjects(place.env.DOCKER_HOST!, owner),
});
