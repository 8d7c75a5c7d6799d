import * as z from 'zod';
import { sandboxFile } from './sandbox-schema.ts';

/** The JSON Schema (2020-12) of `sandbox.yaml`, for editors; what it cannot say, such as that names exist, `up` checks. */
export function sandboxJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(sandboxFile, { io: 'input' });
  return { $schema, title: 'envoy-lab sandbox', ...schema };
}
