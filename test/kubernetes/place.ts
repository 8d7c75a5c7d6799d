import type { Place } from '../e2e/places.ts';
import { requireOracle } from '../oracle.ts';
import { clusterRefusal, testCluster } from './cluster.ts';

/** The cluster that KUBECONFIG names as a place for labs, given the images that both engines start from. */
export async function clusterPlace(): Promise<Place> {
  const place = { name: 'kubernetes', runtime: 'kubernetes' };
  const reason = await clusterRefusal();
  if (reason !== undefined) return { ...place, env: {}, skip: reason };
  const { path, skip } = requireOracle();
  const { standIns } = await testCluster({ envoy: skip ? undefined : path, sandboxes: true });
  const { KUBECONFIG = '', PATH = '' } = process.env;
  return { ...place, env: { KUBECONFIG, PATH, ENVOY_LAB_RUNTIME: 'kubernetes', ...standIns }, skip: false };
}
