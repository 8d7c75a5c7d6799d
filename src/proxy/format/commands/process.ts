import { byteString } from '../bytes.ts';
import { type Command, truncate } from '../command.ts';

/** Facts of the process, and values made up on the spot. */
export const processCommands: readonly Command[] = [
  {
    name: 'HOSTNAME',
    compile: (_parameter, _maxLength, environment) => {
      const hostname = byteString(environment.hostname);
      return () => hostname;
    },
  },
  {
    name: 'ENVIRONMENT',
    parameter: 'required',
    length: true,
    compile(parameter, maxLength, environment) {
      const value = environment.variables[parameter];
      // An unset variable is the text `-`, not an absent value: omit_empty_values keeps it, as in Envoy.
      const text = value === undefined ? '-' : truncate(byteString(value), maxLength);
      return () => text;
    },
  },
  {
    name: 'UNIQUE_ID',
    compile: (_parameter, _maxLength, environment) => () => environment.uuid(),
  },
];
