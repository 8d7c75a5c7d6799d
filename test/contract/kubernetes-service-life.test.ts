import { clusterPlace } from '../kubernetes/place.ts';
import { serviceLife } from './service-life.ts';

serviceLife(await clusterPlace(), { evenly: false, aliases: ['shop'] });
