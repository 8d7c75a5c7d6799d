import { LabError } from '../../error.ts';
import type { Style } from './style.ts';

/**
 * An error as stderr shows it: what, and below what to do. A stack only of our own faults, or with
 * `debug`; an error of a system call (a connection that broke) is none of ours.
 *
 * @param typed turns a hint's commands into what this user has to type
 */
export function errorText(
  error: unknown,
  style: Style,
  debug: boolean,
  typed: (text: string) => string = (text) => text,
): string {
  const label = style.bad('error:');
  if (error instanceof Error && 'syscall' in error && !debug) {
    return `${label} ${error.message}\n${style.warn('hint:')} --debug shows where this happened\n`;
  }
  if (!(error instanceof LabError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `${label} this is a fault of envoy-lab itself\n${stack}\n`;
  }
  const lines = [`${label} ${error.message}`];
  if (error.hint !== undefined) lines.push(`${style.warn('hint:')} ${typed(error.hint)}`);
  if (debug) {
    lines.push(error.stack ?? '');
    let cause = error.cause;
    while (cause !== undefined && cause !== null) {
      lines.push(`caused by: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`);
      cause = cause instanceof Error ? cause.cause : undefined;
    }
  }
  return `${lines.join('\n')}\n`;
}

/** What commander says of a command line that is wrong, in the words of {@link errorText}. */
export function usageText(text: string, style: Style): string {
  return text
    .replace(/^error:/, style.bad('error:'))
    .replace(
      /^\(Did you mean ([^\s?]+)\?\)$/m,
      (_, near: string) => `${style.warn('hint:')} did you mean "${near}"?`,
    )
    .replace(/^\(Did you mean (.+)\)$/m, (_, near: string) => `${style.warn('hint:')} did you mean ${near}`);
}
