import { LabError } from '../../error.ts';
import type { Api } from './api/api.ts';
import {
  formatRights,
  labRights,
  missingRights,
  namespaceRights,
  type Right,
  talkRights,
} from './api/rights.ts';
import type { LabAt } from './place.ts';

/** Rights that the user does not have. */
export interface MissingRights {
  /** No lab without them. */
  readonly needed: readonly Right[];
  /** A lab without them lacks something. */
  readonly useful: readonly Right[];
}

/** Any name that a lab's own namespace could have: who may make namespaces has his rights in all of them, or gets them there. */
const SOME_NAMESPACE = 'envoy-lab';

/**
 * What the user lacks for labs in a namespace that is there, or in one of their own.
 * @throws ApiError when the server cannot be asked
 */
export async function missingForLabs(
  api: Api,
  namespace: string | undefined,
  options: { readonly patienceMs?: number; readonly signal?: AbortSignal },
): Promise<MissingRights> {
  const own = namespace === undefined;
  const rights = own ? [...namespaceRights, ...talkRights] : [...labRights, ...talkRights];
  const missing = await missingRights(api, namespace ?? SOME_NAMESPACE, rights, options);
  const isUseful = ({ resource }: Right) => talkRights.some((right) => right.resource === resource);
  return {
    needed: missing.filter((right) => !isUseful(right)),
    // In a namespace that is not there yet they may be given with it.
    useful: own ? [] : missing.filter(isUseful),
  };
}

/** @throws LabError `runtime` when no lab can be had there: it could not be taken away again either */
export async function requireRights({ api, namespace }: LabAt): Promise<void> {
  const missing = await missingRights(api, namespace, labRights);
  if (missing.length > 0) throw noRights(missing, namespace);
}

/**
 * The error for rights that are missing.
 * @param namespace where; undefined: in one of the lab's own
 */
export function noRights(missing: readonly Right[], namespace: string | undefined): LabError {
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  return new LabError('runtime', `rights are missing${where}: ${formatRights(missing)}`, {
    hint:
      namespace === undefined
        ? 'where no namespace may be made, name one that is there: envoy-lab up … --namespace NS (or ENVOY_LAB_NAMESPACE)'
        : 'ask whoever runs the cluster for a Role with them, or use another context or --namespace',
  });
}

/** As a caveat. */
export function withoutRights(missing: readonly Right[]): string {
  return `rights are missing, so that commands, ports, logs or reasons cannot be had: ${formatRights(missing)}`;
}
