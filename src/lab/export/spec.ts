import type { LabContext } from '../context.ts';
import type { LabSpec } from '../lab-spec.ts';
import { certificates } from '../resolve/certificates.ts';
import { checkChoices, type LabChoices } from '../resolve/choices.ts';
import { loadInputs } from '../resolve/load-inputs.ts';
import { withImages } from '../resolve/registry-images.ts';
import { resolve } from '../resolve/resolve.ts';
import { readSandbox } from '../sandboxes.ts';
import type { ExportFormat } from './format.ts';

/** A sandbox with every choice made, as a runtime whose containers have images would be given it. */
export async function exportedSpec(
  context: LabContext,
  options: { readonly sandbox: string; readonly choices: LabChoices; readonly format: ExportFormat },
): Promise<LabSpec> {
  const { choices } = options;
  const read = await readSandbox(context, options.sandbox);
  checkChoices(choices, read);
  const sandbox = withImages(read, choices.images);
  const defaultEngine = context.env.ENVOY_LAB_ENGINE || context.engines[0]!.name;
  const minted = certificates(sandbox, new Date(context.now()), { state: {}, observed: undefined });
  const { engine } = choices;
  const programs = 'image';
  const inputs = await loadInputs(sandbox, context, {
    // A cluster balances by itself.
    balances: options.format !== 'compose',
    engine,
    programs,
    defaultEngine,
    certFiles: minted.files,
  });
  const { owner } = context;
  return resolve(sandbox, inputs, { lab: undefined, owner, programs, defaultEngine, choices });
}
