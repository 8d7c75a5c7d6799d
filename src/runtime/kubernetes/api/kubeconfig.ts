import { existsSync, readFileSync } from 'node:fs';
import type { Agent, RequestOptions } from 'node:https';
import { delimiter, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { LabError } from '../../../error.ts';
import { credentialsError } from './credentials.ts';

/** Which cluster, as whom, and where in it. */
export interface Access {
  /** Such as `https://127.0.0.1:6443`. */
  readonly server: string;
  /** Name of the context. */
  readonly context: string;
  /** The context's own namespace; `default` when it names none. */
  readonly namespace: string;
  /** What every request carries: certificates, a token, a proxy. Credentials that expire are had anew. */
  options(): Promise<RequestOptions & { readonly agent?: Agent }>;
}

/** A place in a cluster, as it is written down: the files of the configuration, one of its contexts, a namespace. */
export interface Place {
  /** Paths, as in KUBECONFIG; empty: the service account of the pod this runs in. */
  readonly kubeconfig: string;
  /** Undefined: the current one. */
  readonly context?: string;
  /** Of all labs; undefined: each has its own. */
  readonly namespace?: string;
}

/** `PATHS#CONTEXT`, `PATHS#CONTEXT?namespace=NS`: what a later command needs to find a lab again. */
export function formatPlace({ kubeconfig, context = '', namespace }: Place): string {
  return `${kubeconfig}#${context}${namespace === undefined ? '' : `?namespace=${namespace}`}`;
}

/** Reads what {@link formatPlace} has written. */
export function parsePlace(text: string): Place {
  const at = text.indexOf('#');
  const [context = '', namespace] = text.slice(at + 1).split('?namespace=');
  return {
    kubeconfig: text.slice(0, Math.max(0, at)),
    ...(context !== '' && { context }),
    ...(namespace !== undefined && { namespace }),
  };
}

type Env = Readonly<Record<string, string | undefined>>;

/** Where kubectl would look, and whether the user named it. Undefined when there is no configuration at all. */
export function findKubeconfig(env: Env): { readonly paths: string; readonly named: boolean } | undefined {
  if (env.KUBECONFIG) return { paths: env.KUBECONFIG, named: true };
  const home = env.HOME || env.USERPROFILE;
  const own = home === undefined ? undefined : join(home, '.kube', 'config');
  if (own !== undefined && existsSync(own)) return { paths: own, named: false };
  return env.KUBERNETES_SERVICE_HOST ? { paths: '', named: false } : undefined;
}

/** The error when there is nothing that names a cluster. */
export function noKubeconfig(env: Env): LabError {
  return new LabError(
    'runtime',
    `no kubeconfig: KUBECONFIG is not set, and ${env.HOME ?? '~'}/.kube/config is not there`,
    {
      hint: 'set KUBECONFIG, or make one as your cluster tells you to (kind and minikube write it when they start)',
    },
  );
}

/**
 * Reads the configuration and picks a context.
 * @throws LabError `runtime` when a file or the context is not there or cannot be read
 */
export async function readAccess({ kubeconfig, context }: Place): Promise<Access> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  if (kubeconfig === '') config.loadFromCluster();
  else readFiles(config, kubeconfig.split(delimiter), () => new KubeConfig());
  const file = kubeconfig === '' ? "the pod's service account" : `the kubeconfig ${kubeconfig}`;
  const known = config.contexts.map(({ name }) => name);
  const wanted = context ?? config.currentContext;
  if (!known.includes(wanted)) {
    const what = wanted ? `has no context ${wanted}` : 'names no current context';
    throw new LabError('runtime', `${file} ${what}`, {
      hint:
        known.length === 0
          ? 'it has none at all: have your cluster write it anew, or set KUBECONFIG to another'
          : `it has ${known.join(', ')}: kubectl config use-context NAME`,
    });
  }
  // The client's code asks for that where there is no TLS: `kubectl proxy` speaks plain HTTP.
  config.clusters = config.clusters.map((plain) =>
    plain.server?.startsWith('http:') ? { ...plain, skipTLSVerify: true } : plain,
  );
  config.setCurrentContext(wanted);
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new LabError('runtime', `context ${wanted} of ${file} names no cluster that is there`, {
      hint: 'have your cluster write it anew',
    });
  }
  // Without a user the client's code would leave out how the server is trusted.
  if (config.getCurrentUser() === null) {
    const nobody = 'nobody';
    config.users = [...config.users, { name: nobody }];
    config.contexts = config.contexts.map((one) => (one.name === wanted ? { ...one, user: nobody } : one));
  }
  const { server, proxyUrl } = cluster;
  checkAddress(server, ['https:', 'http:'], `${file}: server of cluster ${cluster.name}`);
  if (proxyUrl !== undefined)
    checkAddress(proxyUrl, ['http:', 'https:', 'socks5:'], `${file}: proxy-url of cluster ${cluster.name}`);
  return {
    server: server.replace(/\/$/, ''),
    context: wanted,
    namespace: config.getContextObject(wanted)?.namespace ?? 'default',
    async options() {
      const options: RequestOptions & { agent?: Agent } = {};
      try {
        await config.applyToHTTPSOptions(options as Parameters<typeof config.applyToHTTPSOptions>[0]);
      } catch (cause) {
        throw credentialsError(file, config.getCurrentUser()?.exec, cause as NodeJS.ErrnoException);
      }
      // The client's own agent is of use only where there is a proxy: it keeps no connection.
      if (proxyUrl === undefined) delete options.agent;
      return options;
    },
  };
}

/** All of the files that are there, as kubectl does: what comes first counts. */
function readFiles(config: KubeConfig, paths: readonly string[], another: () => KubeConfig): void {
  config.loadFromOptions({ clusters: [], users: [], contexts: [], currentContext: '' });
  const named = paths.filter((path) => path !== '');
  const there = named.filter((path) => existsSync(path));
  if (there.length === 0) {
    throw new LabError('runtime', `there is no kubeconfig ${named.join(', ')}`, {
      hint: 'KUBECONFIG names it: correct that, or write it as your cluster tells you to',
    });
  }
  for (const path of there) {
    const more = another();
    try {
      if (readFileSync(path, 'utf8').trim() === '') continue;
      more.loadFromFile(path);
    } catch (cause) {
      // An excerpt of the file may come with it, and that may hold a secret.
      const [why = ''] = cause instanceof TypeError ? [] : (cause as Error).message.split('\n');
      throw new LabError('runtime', `cannot read the kubeconfig ${path}: ${why || 'it is none'}`, {
        hint: 'kubectl config view reads it too; correct it, or set KUBECONFIG to another',
        cause,
      });
    }
    config.clusters = added(config.clusters, more.clusters ?? []);
    config.users = added(config.users, more.users ?? []);
    config.contexts = added(config.contexts, more.contexts ?? []);
    config.currentContext ||= more.currentContext;
  }
}

function checkAddress(text: string, protocols: readonly string[], what: string): void {
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return;
  throw new LabError('runtime', `${what} is ${JSON.stringify(text)}, which is no address that can be used`, {
    hint: `it begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });
}

function added<T extends { readonly name: string }>(known: readonly T[], more: readonly T[]): T[] {
  return [...known, ...more.filter(({ name }) => !known.some((there) => there.name === name))];
}
