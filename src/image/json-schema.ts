import * as z from 'zod';
import { imageFile } from './image-schema.ts';

/** The JSON Schema (2020-12) of `image.yaml`, for editors. */
export function imageJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(imageFile, { io: 'input' });
  return { $schema, title: 'envoy-lab image', ...schema };
}
