import { it } from 'node:test';
import { runtimeContract } from './contract.ts';
import { dockerSubject, engineRefusal } from './docker-subject.ts';

const reason = await engineRefusal('podman');
if (reason === undefined) runtimeContract(await dockerSubject('podman'));
else it('the runtime contract on podman', { skip: reason });
