import { after } from 'node:test';
import { engineLife } from '../e2e/engine-life.ts';
import { ClusterObjects } from './cluster-objects.ts';
import { clusterPlace } from './place.ts';

const place = await clusterPlace();
const opened: ClusterObjects[] = [];
after(() => Promise.all(opened.map((objects) => objects.close())));

engineLife(place, {
  named: 'kubernetes',
  told: /^runtime kubernetes, cluster: /m,
  runtime: 'kubernetes',
  mode: (lab) => `namespace envoy-lab-${lab}`,
  outside: (owner) => {
    const objects = new ClusterObjects(place.env.KUBECONFIG ?? '', owner);
    opened.push(objects);
    return objects;
  },
});
