import { it } from 'node:test';
import { clusterRefusal } from '../kubernetes/cluster.ts';
import { runtimeContract } from './contract.ts';
import { kubernetesSubject } from './kubernetes-subject.ts';

const reason = await clusterRefusal();
if (reason === undefined) runtimeContract(await kubernetesSubject());
else it('the runtime contract on kubernetes', { skip: reason });
