import { clusterPlace } from '../kubernetes/place.ts';
import { labLife } from './lab-life.ts';

labLife(await clusterPlace());
