// Writes measured-requests.json and measured-responses.json: what the real Envoy makes of every case. Run it by hand
// after a change of the cases or of Envoy's version: node --import tsx src/proxy/codec/http1/battery/measure.ts
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { requireOracle } from '../../../../../test/oracle.ts';
import { cases } from './cases.ts';
import { measureRequests } from './envoy.ts';
import { responseCases } from './response-cases.ts';
import { measureResponses } from './response-envoy.ts';

const { path, skip } = requireOracle();
if (skip !== false) throw new Error(skip);
save('measured-requests.json', await measureRequests(path, cases));
save('measured-responses.json', await measureResponses(path, responseCases));

function save(file: string, verdicts: Map<string, unknown>): void {
  const text = [...verdicts].map(
    ([name, verdict]) => `  ${JSON.stringify(name)}: ${JSON.stringify(verdict)}`,
  );
  writeFileSync(fileURLToPath(new URL(file, import.meta.url)), `{\n${text.join(',\n')}\n}\n`);
}
