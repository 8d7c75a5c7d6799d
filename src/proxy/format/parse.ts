import { formatError } from './error.ts';

/** A piece of a format string: text to copy, or a command. */
export type FormatPart =
  | { readonly literal: string }
  | { readonly command: string; readonly parameter: string; readonly maxLength: number | undefined };

/** `%NAME%`, `%NAME(PARAMETER)%`, `%NAME(PARAMETER):LENGTH%`: Envoy's grammar, anchored where it is tried. */
const command = /%([A-Z0-9_]+)(?:\(([^)]*)\))?(?::([0-9]+))?%/y;

/**
 * Splits a format string. `%%` is a percent sign.
 *
 * @throws LabError in Envoy's words when a percent sign starts no command
 */
export function parseFormat(format: string): FormatPart[] {
  const parts: FormatPart[] = [];
  let literal = '';
  let at = 0;
  while (at < format.length) {
    const percent = format.indexOf('%', at);
    if (percent < 0) {
      literal += format.slice(at);
      break;
    }
    literal += format.slice(at, percent);
    if (format[percent + 1] === '%') {
      literal += '%';
      at = percent + 2;
      continue;
    }
    command.lastIndex = percent;
    const found = command.exec(format);
    if (!found)
      throw formatError(
        `Incorrect configuration: ${format}. Couldn't find valid command at position ${percent}`,
      );
    if (literal !== '') parts.push({ literal });
    literal = '';
    const [whole, name, parameter, length] = found;
    parts.push({
      command: name!,
      parameter: parameter ?? '',
      maxLength: length === undefined ? undefined : Number(length),
    });
    at = percent + whole.length;
  }
  if (literal !== '') parts.push({ literal });
  return parts;
}
