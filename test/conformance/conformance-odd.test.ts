import { cases } from './cases/index.ts';
import { compareWithEnvoy } from './suite.ts';

compareWithEnvoy(cases.filter((_, at) => at % 2 === 1));
