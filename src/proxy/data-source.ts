import type { envoy } from '../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../bootstrap/support.ts';
import { LabError } from '../error.ts';

/** Where a DataSource may read from. */
export interface DataSourceReader {
  /** @throws what the file system throws */
  readFile(path: string): Buffer;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads a DataSource whole: inline, from a file or from an environment variable.
 *
 * @throws LabError in Envoy's words when the file or the variable is not there
 */
export function readDataSource(source: envoy.config.core.v3.DataSource, reader: DataSourceReader): Buffer {
  if (source.inline_string !== undefined) return Buffer.from(source.inline_string);
  if (source.inline_bytes !== undefined) return source.inline_bytes;
  if (source.environment_variable !== undefined) {
    const value = reader.variables[source.environment_variable];
    if (value === undefined)
      throw new LabError('invalid', `Environment variable doesn't exist: ${source.environment_variable}`);
    return Buffer.from(value);
  }
  const path = source.filename ?? '';
  try {
    return reader.readFile(path);
  } catch (cause) {
    throw new LabError('invalid', `Invalid path: ${path}`, { cause });
  }
}

export const dataSourceSupport: SupportTable = {
  'envoy.config.core.v3.DataSource': fields(
    'filename',
    'inline_bytes',
    'inline_string',
    'environment_variable',
  ),
};
