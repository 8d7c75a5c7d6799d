import type { Api } from './api.ts';
import { ApiError, isBusy } from './failure.ts';

/** What somebody may do with a kind of object, in the words of RBAC. All kinds are of the core group. */
export interface Right {
  /** Such as `pods` or `pods/exec`. */
  readonly resource: string;
  readonly verbs: readonly string[];
}

/** Without these no lab can be had in a namespace. */
export const labRights: readonly Right[] = [
  { resource: 'pods', verbs: ['get', 'list', 'watch', 'create', 'delete'] },
  {
    resource: 'configmaps',
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
  },
  { resource: 'services', verbs: ['get', 'list', 'create', 'patch', 'delete'] },
];

/**
 * Without these a lab runs, and something of it cannot be had: commands, ports, logs, what the cluster says of a pod. Newer
 * clusters (1.35) ask for `create` where a WebSocket is opened, which is a GET.
 */
export const talkRights: readonly Right[] = [
  { resource: 'pods/exec', verbs: ['get', 'create'] },
  { resource: 'pods/portforward', verbs: ['get', 'create'] },
  { resource: 'pods/log', verbs: ['get'] },
  { resource: 'events', verbs: ['list'] },
];

/** Of a lab that has a namespace of its own. */
export const namespaceRights: readonly Right[] = [
  { resource: 'namespaces', verbs: ['get', 'list', 'create', 'delete'] },
];

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

/**
 * Those of these rights that the user does not have. The server is asked for the user's rules, and for what they do not show
 * one by one: rules may not be the only thing that allows. A server that does not say takes nothing away.
 */
export async function missingRights(
  api: Api,
  namespace: string,
  rights: readonly Right[],
  options: { readonly patienceMs?: number; readonly signal?: AbortSignal } = {},
): Promise<Right[]> {
  try {
    const { status } = await review<{ resourceRules?: readonly Rule[] }>(
      api,
      'SelfSubjectRulesReview',
      { namespace },
      options,
    );
    const unshown = (resource: string, verb: string) =>
      !status?.resourceRules?.some((rule) => allows(rule, resource, verb));
    const asked = rights.map(async ({ resource, verbs }) => {
      const denied = await Promise.all(
        verbs.map(async (verb) => {
          if (!unshown(resource, verb)) return [];
          const [name, subresource] = resource.split('/');
          const attributes = {
            namespace,
            verb,
            group: '',
            resource: name,
            ...(subresource && { subresource }),
          };
          const access = await review<{ allowed?: boolean }>(
            api,
            'SelfSubjectAccessReview',
            { resourceAttributes: resource === 'namespaces' ? { ...attributes, namespace: '' } : attributes },
            options,
          );
          return access.status?.allowed === false ? [verb] : [];
        }),
      );
      return { resource, verbs: denied.flat() };
    });
    return (await Promise.all(asked)).filter(({ verbs }) => verbs.length > 0);
  } catch (error) {
    if (error instanceof ApiError && !isBusy(error) && error.status !== 401) return [];
    throw error;
  }
}

function review<T>(api: Api, kind: string, spec: object, options: object): Promise<{ readonly status?: T }> {
  const body = { apiVersion: 'authorization.k8s.io/v1', kind, spec };
  // It makes nothing: it can be asked again.
  const path = `/apis/authorization.k8s.io/v1/${kind.toLowerCase()}s`;
  return api.json('POST', path, { ...options, body, isMade: () => false });
}

function allows(
  { verbs, apiGroups = [], resources = [], resourceNames = [] }: Rule,
  resource: string,
  verb: string,
): boolean {
  const has = (all: readonly string[], one: string) => all.includes(one) || all.includes('*');
  return resourceNames.length === 0 && has(apiGroups, '') && has(resources, resource) && has(verbs, verb);
}

/** `create, delete of pods; get of pods/log`. */
export function formatRights(rights: readonly Right[]): string {
  return rights.map(({ resource, verbs }) => `${verbs.join(', ')} of ${resource}`).join('; ');
}
