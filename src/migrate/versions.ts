import type { MessageSchema } from '../bootstrap/schema/schema.ts';
import { type EditMap, plainScalar } from '../document/edit/node.ts';
import type { Migration } from './migration.ts';
import { textOf } from './typed.ts';

const apiVersion = 'envoy.config.core.v3.ApiVersion';

/**
 * Which version of the API a server is asked in: v2 configs do not say, and what they leave out means v2, which Envoy
 * refuses. What is asked has to answer in v3 then, so that is told.
 */
export function migrateVersions(migration: Migration, map: EditMap, schema: MessageSchema): void {
  for (const field of schema.fields.values()) {
    if (field.type.kind !== 'enum' || field.type.name !== apiVersion) continue;
    if (textOf(map.get(field.name)) === 'V3') continue;
    // A service that is asked over plain HTTP has no versions.
    if (map.has('http_service')) continue;
    map.set(field.name, plainScalar('V3'));
    if (map.has('path') || map.has('path_config_source'))
      migration.note(
        'the file it names has to hold v3 resources',
        undefined,
        undefined,
        'migrate that file too',
      );
    else if (field.name === 'transport_api_version')
      migration.note('the server has to speak the v3 API: it is asked in v3 now', undefined);
  }
}
