import { it } from 'node:test';
import { runtimeContract } from './contract.ts';
import { dockerSubject, engineRefusal } from './docker-subject.ts';

const reason = await engineRefusal('docker');
if (reason === undefined) runtimeContract(await dockerSubject('docker'));
else it('the runtime contract on docker', { skip: reason });
