import { LabError } from '../../../error.ts';
import { type AdminHandler, jsonResponse, ok } from '../handler.ts';
import { parseQuery } from '../query.ts';

/** `/runtime`: every key with what each layer says of it. */
export const runtime: AdminHandler = {
  path: '/runtime',
  help: 'print runtime values',
  handle: (_request, server) => jsonResponse(server.runtime.dump()),
};

const usage =
  'usage: /runtime_modify?key1=value1&key2=value2&keyN=valueN\n' +
  '       or send the parameters as form values\n' +
  'use an empty value to remove a previously added override';

/** `/runtime_modify`: writes the admin layer. */
export const runtimeModify: AdminHandler = {
  path: '/runtime_modify',
  help: 'set runtime values from the query or a form; an empty value takes an override back',
  mutates: true,
  handle({ query, body }, server) {
    const values = new Map([...query, ...(query.size === 0 ? parseQuery(body) : [])]);
    if (values.size === 0) return { status: 400, body: usage };
    try {
      server.command({ kind: 'runtime', values });
    } catch (error) {
      if (error instanceof LabError) return { status: 503, body: error.message };
      throw error;
    }
    return ok;
  },
};
