import { basename } from 'node:path';
import type { Document } from '../document/document.ts';
import { DocumentError } from '../document/problem.ts';
import { LABEL } from '../schema/fields.ts';
import { readSchema } from '../schema/read.ts';
import { resolveCerts } from './certs.ts';
import { resolveChecks } from './checks.ts';
import type { Context } from './context.ts';
import { checkDependencies } from './dependencies.ts';
import { checkImageRules, resolveImageRules } from './image-rules.ts';
import { Names } from './names.ts';
import { resolveNode } from './node.ts';
import { DEFAULT_NETWORK, type Sandbox } from './sandbox.ts';
import { sandboxFile } from './sandbox-schema.ts';
import { resolveServices } from './service.ts';

/** What is known besides the document. */
export type Surroundings = Pick<Context, 'folder' | 'images' | 'engines' | 'look'> & {
  /** Absolute path of the document. */
  readonly file: string;
};

/**
 * A sandbox file as a Sandbox.
 *
 * @throws DocumentError with everything that is wrong, in the order of the file
 */
export function resolveSandbox(document: Document, surroundings: Surroundings): Sandbox {
  const { value: fields, problems } = readSchema(sandboxFile, document);
  const { file, ...known } = surroundings;
  const names = new Names(document, problems);
  const imageRules = resolveImageRules({ ...known, problems }, fields?.images ?? {});
  const context: Context = { ...known, document, problems, names, imageRules };
  const sandbox = fields && build(context, fields, file);
  if (problems.all.length > 0 || !sandbox) throw new DocumentError(document.file, problems.all);
  return sandbox;
}

function build(context: Context, fields: ReturnType<typeof sandboxFile.parse>, file: string): Sandbox {
  const name = fields.name ?? basename(context.folder);
  if (!LABEL.test(name)) {
    context.problems.add(['name'], `"name" is missing, and the folder's name, ${name}, cannot be one`, {
      key: true,
    });
  }
  const declared = [...new Set([...(fields.networks ?? []), DEFAULT_NETWORK])];
  const nodes = Object.entries(fields.nodes).map(([node, keys]) =>
    resolveNode(context, node, keys, declared),
  );
  if (nodes.length === 0) context.problems.add(['nodes'], 'must not be empty');
  const services = resolveServices(context, fields.services ?? {}, nodes);
  checkDependencies(context, nodes, services);
  checkImageRules(context, fields.images ?? {}, nodes);
  const used = new Set(nodes.flatMap((node) => node.networks));
  return {
    name,
    summary: fields.summary,
    folder: context.folder,
    file,
    nodes,
    networks: declared.filter((network) => used.has(network)),
    services,
    certs: resolveCerts(context, fields.certs ?? {}),
    checks: resolveChecks(context, fields.checks ?? []),
  };
}
