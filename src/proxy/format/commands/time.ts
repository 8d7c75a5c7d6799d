import type { Command } from '../command.ts';
import type { FormatContext } from '../context.ts';
import type { FormatEnvironment } from '../environment.ts';
import { formatError } from '../error.ts';
import { compileDate, isoTime } from '../strftime.ts';

/** What Envoy refuses in a time format: it may end up in a header. */
const newline = /%[-_0^#]*[1-9]*[EO]?n/;

function timeCommand(
  name: string,
  local: boolean,
  time: (context: FormatContext, environment: FormatEnvironment) => number,
): Command {
  return {
    name,
    parameter: 'optional',
    compile(parameter, _maxLength, environment) {
      if (newline.test(parameter))
        throw formatError('Invalid header configuration. Format string contains newline.');
      const print =
        parameter !== ''
          ? compileDate(parameter, local)
          : local
            ? compileDate('%Y-%m-%dT%H:%M:%E3S%z', true)
            : isoTime();
      return (context) => print(time(context, environment));
    },
  };
}

const startTime = (context: FormatContext): number => context.info.startTime;
const emitTime = (_context: FormatContext, environment: FormatEnvironment): number =>
  environment.clock.wallNow();

export const timeCommands: readonly Command[] = [
  timeCommand('START_TIME', false, startTime),
  timeCommand('START_TIME_LOCAL', true, startTime),
  timeCommand('EMIT_TIME', false, emitTime),
  timeCommand('EMIT_TIME_LOCAL', true, emitTime),
];
