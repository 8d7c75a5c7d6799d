import { places } from '../e2e/places.ts';
import { labLife } from './lab-life.ts';

for (const place of await places()) labLife(place);
