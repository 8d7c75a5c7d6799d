import type { Duplex } from 'node:stream';

/** What the gateway needs of a lab; whoever opens one passes it in. */
export interface GatewayLab {
  /** The lab as it is now. */
  view(): Promise<LabView>;
  /**
   * A raw connection to a TCP port of a node, published or not, on its address or its loopback.
   *
   * @param node with its number: `service1-1`
   */
  connect(node: string, port: number): Promise<Duplex>;
}

/** A lab as its index page shows it. */
export interface LabView {
  readonly lab: string;
  readonly sandbox: string;
  /** Such as `docker` or `process (namespaces)`. */
  readonly runtime: string;
  /** In the order in which they are shown. */
  readonly nodes: readonly NodeView[];
}

/** One replica of a node. */
export interface NodeView {
  /** With its number: `service1-1`. */
  readonly name: string;
  /** The node's name in the sandbox; as a host it means its first replica here. */
  readonly group: string;
  /** What else it is called inside the lab: aliases, addresses. */
  readonly names: readonly string[];
  readonly addresses: readonly string[];
  readonly containers: readonly ContainerView[];
  /** TCP ports that something is known of, by number. */
  readonly ports: readonly PortView[];
}

/** One container of a node. */
export interface ContainerView {
  readonly name: string;
  readonly kind: 'proxy' | 'app';
  /** What runs in it: an engine, an image, or a program. */
  readonly runs: string;
  readonly state: 'created' | 'starting' | 'ready' | 'paused' | 'stopped' | 'exited';
  readonly exitCode?: number;
  /** A job: it is done when it has exited with 0. */
  readonly once: boolean;
}

/** A TCP port of a node. */
export interface PortView {
  readonly port: number;
  readonly kind: 'admin' | 'listener' | 'app';
  /** Who listens there; undefined when that is not known. */
  readonly container?: string;
  /** What the sandbox calls it: the name it is published under, or the listener's. */
  readonly name?: string;
  readonly tls: boolean;
  /** Where it is published on 127.0.0.1 of the host. */
  readonly hostPort?: number;
}
