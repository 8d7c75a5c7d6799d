import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Access } from './api/kubeconfig.ts';
import type { KubeObject, Pod } from './api/objects.ts';

interface Watcher {
  readonly collection: string;
  readonly wants: (object: KubeObject) => boolean;
  readonly response: ServerResponse;
}

/** What a request is answered with in place of what the server would do. */
export interface Refusal {
  readonly status: number;
  readonly reason?: string;
  readonly message?: string;
  /** Of the header `Retry-After`, in s. */
  readonly retryAfter?: number;
}

/** An API server for tests of trouble: it keeps objects, tells watchers, and refuses what it is told to. */
export class FakeApiServer {
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  readonly #objects = new Map<string, KubeObject>();
  readonly #watchers = new Set<Watcher>();
  #version = 100;
  /** Every request, `METHOD PATH`. */
  readonly requests: string[] = [];
  /** Asked before each request. */
  refuse: (method: string, path: string, url: URL) => Refusal | undefined = () => undefined;
  /** Asked before each request: does the connection break when it has been done? */
  lose: (method: string, path: string) => boolean = () => false;
  /** What the user may do. */
  may: (verb: string, resource: string) => boolean = () => true;
  /** What of that is said at once, as rules. */
  rules: readonly object[] = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }];
  /** What becomes of a new pod: its status. */
  run: (pod: Pod) => Pod['status'] = () => ({ phase: 'Pending' });
  /** What a plain GET of a path answers, such as a log. */
  readonly texts = new Map<string, string>();

  get access(): Access {
    const { port } = this.#server.address() as AddressInfo;
    return {
      server: `http://127.0.0.1:${port}`,
      context: 'fake',
      namespace: 'default',
      options: async () => ({ headers: { authorization: 'Bearer secret' } }),
    };
  }

  async listen(port = 0): Promise<void> {
    await once(this.#server.listen(port, '127.0.0.1'), 'listening');
  }

  /** As when the server goes away: open connections break. */
  async close(): Promise<void> {
    this.#watchers.clear();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Ends all watches as a server does from time to time. */
  endWatches(): void {
    for (const { response } of this.#watchers) response.end();
    this.#watchers.clear();
  }

  /** Tells all watchers an error in the stream, such as 410. */
  failWatches(status: Refusal): void {
    for (const { response } of this.#watchers) {
      const { status: code, ...rest } = status;
      response.end(
        `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code, metadata: {}, ...rest } })}\n`,
      );
    }
    this.#watchers.clear();
  }

  get watches(): number {
    return this.#watchers.size;
  }

  object<T extends KubeObject>(path: string): T | undefined {
    return this.#objects.get(path) as T | undefined;
  }

  paths(): string[] {
    return [...this.#objects.keys()].sort();
  }

  put(path: string, object: KubeObject): void {
    const before = this.#objects.get(path);
    const uid = before?.metadata.uid ?? `uid-${++this.#version}`;
    const resourceVersion = String(++this.#version);
    const stored = {
      ...object,
      metadata: { creationTimestamp: new Date().toISOString(), ...object.metadata, uid, resourceVersion },
    };
    this.#objects.set(path, stored);
    this.#tell(path, before === undefined ? 'ADDED' : 'MODIFIED', stored);
  }

  drop(path: string): void {
    const object = this.#objects.get(path);
    if (object === undefined) return;
    this.#objects.delete(path);
    this.#tell(path, 'DELETED', object);
  }

  #tell(path: string, type: string, object: KubeObject): void {
    for (const { collection, wants, response } of this.#watchers) {
      if (collectionOf(path) === collection && wants(object))
        response.write(`${JSON.stringify({ type, object })}\n`);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = parts.length === 0 ? undefined : (JSON.parse(Buffer.concat(parts).toString()) as KubeObject);
    const url = new URL(request.url ?? '/', 'http://fake');
    const { method = 'GET' } = request;
    const path = url.pathname;
    this.requests.push(`${method} ${path}`);
    const lost = this.lose(method, path);
    const send = (status: number, value: unknown, more: Record<string, string> = {}) => {
      if (lost) return void request.socket.destroy();
      response.writeHead(status, { 'content-type': 'application/json', ...more });
      response.end(JSON.stringify(value));
    };
    const fail = ({ status, reason = '', message = `${method} ${path}: ${status}`, retryAfter }: Refusal) =>
      send(
        status,
        { kind: 'Status', status: 'Failure', code: status, reason, message },
        retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
      );
    const refusal = this.refuse(method, path, url);
    if (refusal !== undefined) return fail(refusal);
    const text = this.texts.get(path);
    if (text !== undefined) return void response.end(text);
    if (path === '/version') return send(200, { gitVersion: 'v1.34.0' });
    if (path.startsWith('/apis/authorization.k8s.io/')) return send(201, this.#review(body));
    const wants = filterOf(url);
    if (method === 'GET' && isCollection(path)) {
      const items = [...this.#objects].flatMap(([key, object]) =>
        collectionOf(key) === path && wants(object) ? [object] : [],
      );
      if (url.searchParams.get('watch') !== 'true')
        return send(200, { metadata: { resourceVersion: String(this.#version) }, items });
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      const watcher = { collection: path, wants, response };
      this.#watchers.add(watcher);
      response.on('close', () => this.#watchers.delete(watcher));
      const from = Number(url.searchParams.get('resourceVersion') ?? 0);
      for (const item of items) {
        if (Number(item.metadata.resourceVersion) > from)
          response.write(`${JSON.stringify({ type: 'MODIFIED', object: item })}\n`);
      }
      return;
    }
    const key = method === 'POST' ? `${path}/${body?.metadata.name}` : path;
    const there = this.#objects.get(key);
    if (method === 'POST') {
      if (there !== undefined) return fail({ status: 409, reason: 'AlreadyExists' });
      const pod = body?.kind === 'Pod' ? { status: this.run(body as Pod) } : {};
      this.put(key, { ...body!, ...pod });
      return send(201, this.#objects.get(key));
    }
    if (there === undefined) return fail({ status: 404, reason: 'NotFound' });
    if (method === 'DELETE') {
      this.drop(key);
      if (path.startsWith('/api/v1/namespaces/') && path.split('/').length === 5) {
        for (const other of this.paths()) if (other.startsWith(`${path}/`)) this.drop(other);
      }
      return send(200, { kind: 'Status', status: 'Success' });
    }
    if (method === 'PUT' || method === 'PATCH') {
      const wanted = body?.metadata.resourceVersion;
      if (wanted !== undefined && wanted !== there.metadata.resourceVersion)
        return fail({ status: 409, reason: 'Conflict' });
      const { annotations } = there.metadata;
      const merged = {
        ...there,
        ...body,
        metadata: {
          ...there.metadata,
          ...body?.metadata,
          annotations: { ...annotations, ...body?.metadata.annotations },
        },
      };
      this.put(key, merged);
    }
    return send(200, this.#objects.get(key));
  }

  #review(body: unknown): object {
    const { kind, spec } = body as {
      readonly kind: string;
      readonly spec: { readonly resourceAttributes?: Readonly<Record<string, string>> };
    };
    if (kind === 'SelfSubjectRulesReview') return { status: { resourceRules: this.rules } };
    const { verb = '', resource = '', subresource } = spec.resourceAttributes ?? {};
    return { status: { allowed: this.may(verb, subresource ? `${resource}/${subresource}` : resource) } };
  }
}

const collectionOf = (path: string) => path.slice(0, path.lastIndexOf('/'));

/** Paths with names have an odd number of parts below the version. */
function isCollection(path: string): boolean {
  const below = path.replace(/^\/(api\/v1|apis\/[^/]+\/[^/]+)\//, '').split('/');
  return below.length % 2 === 1;
}

function filterOf(url: URL): (object: KubeObject) => boolean {
  const labels = (url.searchParams.get('labelSelector') ?? '').split(',').filter(Boolean);
  const fields = (url.searchParams.get('fieldSelector') ?? '').split(',').filter(Boolean);
  return (object) =>
    labels.every((term) => {
      const [name = '', value] = term.split('=');
      const found = object.metadata.labels?.[name];
      return value === undefined ? found !== undefined : found === value;
    }) &&
    fields.every((term) => {
      const [name = '', value] = term.split('=');
      let at: unknown = object;
      for (const part of name.split('.')) at = (at as Record<string, unknown> | undefined)?.[part];
      return at === value;
    });
}
