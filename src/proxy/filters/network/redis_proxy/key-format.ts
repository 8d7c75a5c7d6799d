import type { FormatContext } from '../../../format/context.ts';
import type { FormatEnvironment } from '../../../format/environment.ts';
import { compileParts } from '../../../format/formatter.ts';
import { parseFormat } from '../../../format/parse.ts';

/** Makes the key that the upstream gets of the client's. */
export type KeyFormat = (key: string, context: FormatContext) => string;

/** Stands for the key in the format string, because a key may have per cent signs. */
const placeholder = '~REPLACED_KEY~';

/**
 * `key_formatter`: a format string in which `%KEY%` is the key. As in Envoy what is no text (a port, say) or not there adds
 * nothing.
 *
 * @throws LabError in Envoy's words for what Envoy refuses
 */
export function compileKeyFormat(format: string, environment: FormatEnvironment): KeyFormat {
  const parts = compileParts(parseFormat(format.replaceAll('%KEY%', placeholder)), environment);
  return (key, context) => {
    let text = '';
    for (const part of parts) {
      const value = typeof part === 'string' ? part : part(context);
      if (typeof value === 'string') text += value;
    }
    return text.replaceAll(placeholder, () => key);
  };
}
