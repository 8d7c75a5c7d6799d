import type Docker from 'dockerode';
import { type Dialect, dialectOf } from './dialect.ts';
import type { FoundEngine } from './endpoint/find.ts';
import { ImageStore } from './image-store.ts';
import type { ensureImages } from './images/ensure.ts';

/** A container engine that is spoken to. */
export interface Engine {
  readonly docker: Docker;
  readonly dialect: Dialect;
  readonly images: ImageStore;
  /** Its folders are this machine's. */
  readonly local: boolean;
}

/** @param ensure another way to get images, for tests */
export function engineOf(docker: Docker, found: FoundEngine, ensure?: typeof ensureImages): Engine {
  const { name, endpoint } = found;
  return {
    docker,
    dialect: dialectOf(name),
    images: new ImageStore(docker, ensure),
    local: endpoint.at.kind === 'socket',
  };
}
