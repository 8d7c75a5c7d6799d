import { messageSchema } from '../../../bootstrap/schema/schema.ts';
import { LabError } from '../../../error.ts';
import { compileSearch } from '../../regex/regex.ts';
import { type AdminHandler, type AdminResponse, jsonResponse } from '../handler.ts';
import { allDumps, type Dump, type Matcher } from './dumps.ts';
import { applyMask, fits, parseMask } from './mask.ts';

type Json = Record<string, unknown>;

/** Errors of this page have a plain type, in Envoy too. */
function refuse(status: number, body: string): AdminResponse {
  return { status, contentType: 'text/plain', saysNosniff: true, body };
}

/** `/config_dump`: the configs in force (envoy.admin.v3.ConfigDump), all or some. */
export const configDump: AdminHandler = {
  path: '/config_dump',
  help: 'dump current Envoy configs',
  parameters: [
    { name: 'resource', help: 'One list of the dump, such as static_clusters' },
    { name: 'mask', help: 'Field mask for the dump, or for each element of the resource' },
    { name: 'name_regex', help: 'Regular expression (Google re2) that names must match' },
    { name: 'include_eds', help: 'With the endpoints of the clusters' },
  ],
  handle({ query }, server) {
    let name: Matcher = () => true;
    const regex = query.get('name_regex');
    if (regex !== null && regex !== '') {
      try {
        name = compileSearch(regex);
      } catch (error) {
        if (!(error instanceof LabError)) throw error;
        const body = `INVALID_ARGUMENT: Error while parsing name_regex from ${regex}: ${error.message}`;
        return { status: 400, contentType: 'text/plain', body };
      }
    }
    const dumps = allDumps(server, name, query.has('include_eds'));
    const resource = query.get('resource');
    const mask = query.get('mask');
    return resource === null || resource === '' ? whole(dumps, mask) : part(dumps, resource, mask);
  },
};

function whole(dumps: readonly Dump[], maskText: string | null): AdminResponse {
  if (maskText === null || maskText === '')
    return jsonResponse({ configs: dumps.map(({ type, content }) => typed(type, content)) });
  const mask = parseMask(maskText);
  const fitting = dumps.filter(({ type }) => fits(mask, type));
  if (fitting.length === 0)
    return refuse(400, `FieldMask ${maskText} could not be successfully applied to any configs.`);
  return configs(fitting.map(({ type, content }) => typed(type, applyMask(mask, content))));
}

/** One list of one of the dumps, its elements in the place of the dumps. */
function part(dumps: readonly Dump[], resource: string, maskText: string | null): AdminResponse {
  for (const { type, content } of dumps) {
    const field = messageSchema(type)?.fields.get(resource);
    if (field === undefined) continue;
    if (!field.repeated)
      return refuse(400, `${resource} is not a repeated field. Use ?mask=${resource} to get only this field`);
    const itemType = field.type.kind === 'message' ? field.type.name : '';
    let items = (content[resource] ?? []) as Json[];
    if (maskText !== null && maskText !== '') {
      const mask = parseMask(maskText);
      if (!fits(mask, itemType))
        return refuse(400, `FieldMask paths: "${maskText}" could not be successfully used.`);
      items = items.map((item) => applyMask(mask, item));
    }
    return configs(items.map((item) => typed(itemType, item)));
  }
  return refuse(404, `${resource} not found in config dump`);
}

function typed(type: string, content: Json): Json {
  return { '@type': `type.googleapis.com/${type}`, ...content };
}

function configs(list: readonly Json[]): AdminResponse {
  return jsonResponse(list.length === 0 ? {} : { configs: list });
}
