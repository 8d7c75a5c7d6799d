import { after, describe } from 'node:test';
import { execCases } from './cases/exec.ts';
import { fileCases } from './cases/files.ts';
import { lifeCases } from './cases/life.ts';
import { logCases } from './cases/logs.ts';
import { nameCases } from './cases/names.ts';
import { portCases } from './cases/ports.ts';
import { readyCases } from './cases/ready.ts';
import { updateCases } from './cases/update.ts';
import { userCases } from './cases/users.ts';
import type { Subject } from './subject.ts';

/** Everything the interface `Runtime` promises, tried on one runtime. */
export function runtimeContract(subject: Subject): void {
  describe(`the runtime contract on ${subject.name}`, () => {
    for (const cases of [
      lifeCases,
      readyCases,
      execCases,
      logCases,
      nameCases,
      portCases,
      fileCases,
      updateCases,
      userCases,
    ]) {
      cases(subject);
    }
    after(() => subject.dispose());
  });
}
