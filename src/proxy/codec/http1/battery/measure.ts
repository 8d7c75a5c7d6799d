// Writes measured.json: what the real Envoy makes of every case. Run it by hand after a change of the cases or of
// the Envoy version: node --import tsx src/proxy/codec/http1/battery/measure.ts
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { requireOracle } from '../../../../../test/oracle.ts';
import { cases } from './cases.ts';
import { measure } from './envoy.ts';

const { path, skip } = requireOracle();
if (skip !== false) throw new Error(skip);
const verdicts = await measure(path, cases);
const text = [...verdicts].map(([name, verdict]) => `  ${JSON.stringify(name)}: ${JSON.stringify(verdict)}`);
writeFileSync(fileURLToPath(new URL('measured.json', import.meta.url)), `{\n${text.join(',\n')}\n}\n`);
