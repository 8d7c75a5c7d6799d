import { loadBootstrap } from '../bootstrap/load.ts';
import { DocumentError, type Problem } from '../document/problem.ts';
import { checkTexts } from './check-texts.ts';
import { supported } from './supported.ts';

/**
 * Everything that is wrong with a config as this data plane sees it, warnings included; nothing is started and no file
 * that the config names is opened. Exported by the bundle, so that an engine can ask without a process of its own.
 *
 * @param file the name to put in positions; it also says whether the text is YAML or JSON
 */
export function checkConfig(
  text: string,
  file: string,
  options: { readonly allowUnsupported: boolean },
): readonly Problem[] {
  try {
    return loadBootstrap(text, file, { support: supported, checks: [checkTexts], ...options }).warnings;
  } catch (error) {
    if (error instanceof DocumentError) return error.problems;
    throw error;
  }
}
