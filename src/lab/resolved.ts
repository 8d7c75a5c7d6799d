import type { LabContext } from './context.ts';
import type { LabSpec } from './lab-spec.ts';
import { certificates } from './resolve/certificates.ts';
import { noChoices } from './resolve/choices.ts';
import { loadInputs } from './resolve/load-inputs.ts';
import { resolve } from './resolve/resolve.ts';
import { readSandbox } from './sandboxes.ts';

/**
 * A sandbox as `up` would start it, nothing started.
 * @throws DocumentError when the sandbox or a config is wrong; LabError `usage`
 */
export async function resolvedSandbox(context: LabContext, nameOrPath: string): Promise<LabSpec> {
  const sandbox = await readSandbox(context, nameOrPath);
  const defaultEngine = context.env.ENVOY_LAB_ENGINE || context.engines[0]!.name;
  const { files } = certificates(sandbox, new Date(context.now()), { state: {}, observed: undefined });
  const { engine } = noChoices;
  const programs = 'host';
  const inputs = await loadInputs(sandbox, context, { engine, programs, defaultEngine, certFiles: files });
  return resolve(sandbox, inputs, {
    lab: undefined,
    owner: context.owner,
    programs,
    defaultEngine,
    choices: noChoices,
  });
}
