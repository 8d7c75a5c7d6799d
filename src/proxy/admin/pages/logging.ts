import { logLevels, parseLogLevel } from '../../log/logger.ts';
import type { Server } from '../../server/server.ts';
import type { AdminHandler, AdminResponse } from '../handler.ts';

/** What is printed below every error, before the list. */
const usage = `${[
  '<name>=<level> (change single level)',
  'paths=name1:level1,name2:level2,... (change multiple levels)',
  'level=<level> (change all levels)',
  'group=<group_name>:<level> (change group of loggers)',
]
  .map((line) => `usage: /logging?${line}\n`)
  .join('')}levels: ${logLevels.join(' ')} \n`;

function refuse(problem: string, server: Server): AdminResponse {
  return { status: 400, body: `error: ${problem}\n\n${usage}${list(server).body}` };
}

function list(server: Server): AdminResponse {
  let body = 'active loggers:\n';
  for (const { name, level } of server.loggers) body += `  ${name}: ${level}\n`;
  return { body: `${body}\n` };
}

/** Sets single loggers, all of them or none. */
function setLevels(
  changes: readonly (readonly [name: string, level: string])[],
  server: Server,
): AdminResponse {
  const known = changes.map(([name, level]) => ({
    logger: server.loggers.find(name),
    level: parseLogLevel(level),
  }));
  if (known.some(({ level }) => level === undefined)) return refuse('unknown logger level', server);
  if (known.some(({ logger }) => logger === undefined)) return refuse('unknown logger name', server);
  const levels = known.map(({ logger, level }) => [logger!.name, level!] as const);
  server.command({ kind: 'logging', levels });
  return list(server);
}

/** `/logging`: shows and sets the levels of the loggers. */
export const logging: AdminHandler = {
  path: '/logging',
  help: 'query/change logging levels',
  parameters: [
    { name: 'paths', help: 'Set several loggers: name1:level1,name2:level2' },
    { name: 'level', help: 'Set all loggers', values: logLevels },
  ],
  mutates: true,
  handle({ query }, server) {
    const [first, second] = [...query];
    if (first === undefined) return list(server);
    if (second !== undefined) return refuse('invalid number of parameters', server);
    const [name, value] = first;
    if (value === '') return list(server);
    if (name === 'group') return refuse('group parameter requires fine-grain logging to be enabled', server);
    if (name === 'paths') {
      const changes = value.split(',').map((change) => {
        const colon = change.lastIndexOf(':');
        return [change.slice(0, Math.max(0, colon)), change.slice(colon + 1)] as const;
      });
      return setLevels(changes, server);
    }
    if (name !== 'level') return setLevels([[name, value]], server);
    const level = parseLogLevel(value);
    if (level === undefined) return refuse('unknown logger level', server);
    const levels = Array.from(server.loggers, (logger) => [logger.name, level] as const);
    server.command({ kind: 'logging', levels });
    return list(server);
  },
};
