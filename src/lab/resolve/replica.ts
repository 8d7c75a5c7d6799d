import type { ContainerSpec } from '../../runtime/node-spec.ts';
import { REPLICA_NAME } from '../../sandbox/replica-words.ts';

/** A container with its replica's name where its variables and its command ask for it. */
export function ofReplica(container: ContainerSpec, name: string): ContainerSpec {
  const { env, argv, args } = container;
  const texts = [...Object.values(env), ...argv, ...(args ?? [])];
  if (!texts.some((text) => text.includes(REPLICA_NAME))) return container;
  const put = (text: string) => text.replaceAll(REPLICA_NAME, name);
  return {
    ...container,
    env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, put(value)])),
    argv: argv.map(put),
    ...(args && { args: args.map(put) }),
    perReplica: { env, argv, ...(args && { args }) },
  };
}
