import { findOracle } from '../oracle.ts';
import { clusterRefusal, standIns, testCluster } from './cluster.ts';

// Gives the cluster the images that labs start from, and prints what tells envoy-lab their names: `eval` it.

const refusal = await clusterRefusal();
if (refusal !== undefined) {
  console.error(refusal);
  process.exitCode = 1;
} else {
  await testCluster({ envoy: findOracle() });
  for (const [name, value] of Object.entries(standIns)) console.log(`export ${name}=${value}`);
}
