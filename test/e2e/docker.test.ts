import { engineLife } from './engine-life.ts';
import { EngineObjects } from './engine-objects.ts';
import { places } from './places.ts';

const place = (await places()).find(({ name }) => name === 'docker')!;
engineLife(place, {
  // No runtime is named: an engine answers.
  named: '',
  told: /^runtime docker, docker: the default \(Docker \d/m,
  runtime: 'docker',
  mode: () => 'docker',
  outside: (owner) => new EngineObjects(place.env.DOCKER_HOST!, owner),
});
