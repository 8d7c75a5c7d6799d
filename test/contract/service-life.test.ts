import { places } from '../e2e/places.ts';
import { serviceLife } from './service-life.ts';

for (const place of await places()) serviceLife(place, { evenly: true, aliases: ['www.example.test'] });
