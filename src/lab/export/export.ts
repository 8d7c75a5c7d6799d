import { LabError } from '../../error.ts';
import { readHostFiles } from '../../runtime/kubernetes/translate/host-files.ts';
import { imageNames } from '../../runtime/kubernetes/translate/options.ts';
import type { LabContext } from '../context.ts';
import type { LabChoices } from '../resolve/choices.ts';
import { composeFiles } from './compose/compose.ts';
import type { ExportFormat } from './format.ts';
import { kubernetesText } from './kubernetes.ts';
import { exportNotes } from './notes.ts';
import { openshiftText } from './openshift.ts';
import { exportedSpec } from './spec.ts';

export interface ExportOptions {
  /** Name or path of a sandbox. */
  readonly sandbox: string;
  readonly format: ExportFormat;
  readonly choices: LabChoices;
  /** A namespace of its own, which is made; undefined: wherever it is applied. */
  readonly namespace?: string | undefined;
  /** A mesh takes the place of sidecars. */
  readonly istio: boolean;
  /** Files are written beside the main one, where a format allows it, in place of into it. */
  readonly beside: boolean;
}

/** A file that was written for another tool. */
export interface ExportedFile {
  /** Relative, with slashes. */
  readonly path: string;
  readonly content: string | Buffer;
  /** Permission bits; 0o644 when absent. */
  readonly mode?: number;
}

export interface Exported {
  /** What the other tool is given. */
  readonly main: ExportedFile;
  readonly beside: readonly ExportedFile[];
  /** What is otherwise than in the lab, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * A sandbox as files for `kubectl apply`, `oc process` or `docker compose up`, which need nothing of envoy-lab. Pure but for what it
 * reads of the sandbox.
 *
 * @throws DocumentError when the sandbox or a config is wrong; LabError `usage` when an option goes with another format, `invalid` when the
 * format cannot say what the sandbox does
 */
export async function exportSandbox(context: LabContext, options: ExportOptions): Promise<Exported> {
  checkOptions(options);
  const spec = await exportedSpec(context, options);
  const contents = await readHostFiles(spec.nodes);
  const images = imageNames(context.env);
  const { format, namespace, istio, beside } = options;
  const notes = exportNotes(spec, format);
  switch (format) {
    case 'kubernetes': {
      const { text, notes: more } = kubernetesText(spec, { contents, images, namespace, istio });
      return { main: { path: 'kubernetes.yaml', content: text }, beside: [], notes: [...notes, ...more] };
    }
    case 'openshift': {
      const text = openshiftText(spec, { contents, images });
      return { main: { path: 'template.yaml', content: text }, beside: [], notes };
    }
    case 'compose': {
      const { text, files } = composeFiles(spec, { contents, images, beside });
      return { main: { path: 'compose.yaml', content: text }, beside: files, notes };
    }
  }
}

function checkOptions({ format, namespace, istio }: ExportOptions): void {
  if (format === 'kubernetes') {
    if (namespace !== undefined && !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace)) {
      throw new LabError('usage', `"${namespace}" cannot be the name of a namespace`, {
        hint: 'lower-case letters, digits and dashes, at most 63, no dash first or last',
      });
    }
    return;
  }
  const option = istio ? '--istio' : namespace !== undefined ? '--namespace' : undefined;
  if (option === undefined) return;
  throw new LabError('usage', `${option} goes with --format kubernetes, not with ${format}`, {
    hint:
      format === 'openshift' && option === '--namespace'
        ? 'a template has no namespace: oc process -f FILE | oc apply -n NAMESPACE -f -'
        : 'leave it out',
  });
}
