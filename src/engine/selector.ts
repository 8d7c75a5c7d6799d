import { didYouMean } from '../document/suggest.ts';
import { LabError } from '../error.ts';

/** Which engine, and of which version if that matters: `envoy`, `envoy@1.38`, `envoy@1.38.2`. */
export interface EngineSelector {
  readonly name: string;
  /** The whole version or its beginning; undefined: whichever is found first. */
  readonly version: string | undefined;
}

/**
 * @param where what the text was read from, for messages, such as `ENVOY_LAB_ENGINE`
 * @throws LabError `usage` when there is no such engine, or the version is none
 */
export function readEngineSelector(text: string, names: readonly string[], where?: string): EngineSelector {
  const at = text.indexOf('@');
  const name = at === -1 ? text : text.slice(0, at);
  const version = at === -1 ? undefined : text.slice(at + 1).replace(/^v/, '');
  const from = where === undefined ? '' : ` (from ${where})`;
  if (!names.includes(name)) {
    throw new LabError('usage', `no engine "${name}"${from}; there are ${names.join(' and ')}`, {
      hint: /^v?\d+\.\d/.test(text) ? `did you mean "envoy@${text}"?` : didYouMean(name, names),
    });
  }
  if (version !== undefined && !/^\d+(\.\d+)*(-\w+)?$/.test(version)) {
    throw new LabError('usage', `"${text}"${from} is not ENGINE@VERSION`, { hint: `such as ${name}@1.38` });
  }
  return { name, version };
}
