import type { Sequence } from '../sequence.ts';
import { chunks } from './chunks.ts';
import { connections } from './connections.ts';
import { heads } from './heads.ts';
import { http2 } from './http2.ts';
import { lengths } from './lengths.ts';
import { targets } from './targets.ts';
import { transferEncodings } from './transfer-encodings.ts';

/** The whole battery; names are unique. */
export const sequences: readonly Sequence[] = [
  ...lengths,
  ...transferEncodings,
  ...chunks,
  ...heads,
  ...targets,
  ...connections,
  ...http2,
];
