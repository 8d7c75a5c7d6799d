import { it } from 'node:test';
import { runtimeContract } from './contract.ts';
import { processSubject, refusal } from './process-subject.ts';

const options = { mode: 'loopback', unprivileged: false } as const;
const reason = await refusal(options);
if (reason === undefined) runtimeContract(await processSubject(options));
else it('the runtime contract on process, loopback', { skip: reason });
