import { LabError } from '../../../error.ts';
import { type Command, type CompileCommand, truncate } from '../command.ts';
import type { Provider } from '../context.ts';
import { formatError } from '../error.ts';

/** One entry of `operators`: a command's name, or the command with what would stand in its parentheses. */
function compileOperator(operator: unknown, compile: CompileCommand): Provider {
  if (typeof operator === 'string') return compile(operator, '', undefined);
  if (typeof operator !== 'object' || operator === null)
    throw formatError(
      "operator entry must be either a string (command name) or an object with 'command' field",
    );
  const { command, param = '', max_length: maxLength } = operator as Record<string, unknown>;
  if (typeof command !== 'string') throw formatError("operator object must have 'command' field");
  if (typeof param !== 'string') throw formatError("'param' field must be a string");
  if (maxLength === undefined) return compile(command, param, undefined);
  if (!Number.isInteger(maxLength)) throw formatError("'max_length' field must be an integer");
  if ((maxLength as number) <= 0) throw formatError("'max_length' must be a positive integer");
  return compile(command, param, maxLength as number);
}

function readOperators(parameter: string): readonly unknown[] {
  let config: unknown;
  try {
    config = JSON.parse(parameter);
  } catch (error) {
    throw formatError(`COALESCE: failed to parse JSON configuration: ${(error as Error).message}`);
  }
  if (typeof config !== 'object' || config === null || !('operators' in config))
    throw formatError("COALESCE: JSON configuration must contain 'operators' array");
  const { operators } = config;
  if (!Array.isArray(operators)) throw formatError("COALESCE: 'operators' must be an array");
  if (operators.length === 0) throw formatError("COALESCE: 'operators' array must not be empty");
  return operators;
}

/** `%COALESCE({"operators": […]})%`: the first value that is there and not empty. */
export const coalesceCommand: Command = {
  name: 'COALESCE',
  parameter: 'required',
  length: true,
  compile(parameter, maxLength, _environment, compile) {
    const providers = readOperators(parameter).map((operator, index) => {
      try {
        return compileOperator(operator, compile);
      } catch (error) {
        if (!(error instanceof LabError)) throw error;
        const unknown = /^Not supported field in StreamInfo: (.*)$/.exec(error.message);
        const reason = unknown ? `unknown command: '${unknown[1]}'` : error.message;
        throw formatError(`COALESCE: failed to parse operator at index ${index}: ${reason}`);
      }
    });
    return (context) => {
      for (const provider of providers) {
        const value = provider(context);
        if (value === undefined || value === '') continue;
        return typeof value === 'string' ? truncate(value, maxLength) : value;
      }
      return undefined;
    };
  },
};
