import type { Command } from './command.ts';
import { addressCommandList } from './commands/address.ts';
import { byteCommands } from './commands/bytes.ts';
import { certificateCommands } from './commands/certificate.ts';
import { coalesceCommand } from './commands/coalesce.ts';
import { durationCommands } from './commands/duration.ts';
import { grpcCommands } from './commands/grpc.ts';
import { headerCommands } from './commands/header.ts';
import { metadataCommands } from './commands/metadata.ts';
import { pathCommands } from './commands/path.ts';
import { processCommands } from './commands/process.ts';
import { streamCommands } from './commands/stream.ts';
import { timeCommands } from './commands/time.ts';
import { tlsCommands } from './commands/tls.ts';
import { upstreamCommands } from './commands/upstream.ts';

/** All format commands. A new one is a row in its family's file. */
export const commands: readonly Command[] = [
  ...timeCommands,
  ...durationCommands,
  ...byteCommands,
  ...headerCommands,
  ...pathCommands,
  ...streamCommands,
  ...addressCommandList,
  ...upstreamCommands,
  ...tlsCommands,
  ...certificateCommands,
  ...grpcCommands,
  ...metadataCommands,
  ...processCommands,
  coalesceCommand,
];
