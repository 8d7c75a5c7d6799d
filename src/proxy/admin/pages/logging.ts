import { logLevels, parseLogLevel } from '../../log/logger.ts';
import type { Server } from '../../server/server.ts';
import type { AdminHandler, AdminResponse } from '../handler.ts';

/** What is printed below every error. */
const usage = [
  '/logging?<name>=<level> (change single level)',
  '/logging?paths=name1:level1,name2:level2,... (change multiple levels)',
  '/logging?level=<level> (change all levels)',
  '/logging (query current logging levels)',
]
  .map((line) => `usage: ${line}\n`)
  .join('');

function refuse(problem: string): AdminResponse {
  return { status: 400, body: `error: ${problem}\n\n${usage}` };
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
  if (known.some(({ level }) => level === undefined)) return refuse('unknown logger level');
  if (known.some(({ logger }) => logger === undefined)) return refuse('unknown logger name');
  for (const { logger, level } of known) logger!.setLevel(level!);
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
    if (second !== undefined) return refuse('invalid number of parameters');
    const [name, value] = first;
    if (name === 'group') return refuse('group parameter requires fine-grain logging to be enabled');
    if (name === 'paths') {
      const changes = value.split(',').map((change) => {
        const colon = change.lastIndexOf(':');
        return [change.slice(0, Math.max(0, colon)), change.slice(colon + 1)] as const;
      });
      return setLevels(changes, server);
    }
    if (name !== 'level') return setLevels([[name, value]], server);
    const level = parseLogLevel(value);
    if (level === undefined) return refuse('unknown logger level');
    server.loggers.setLevel(level);
    return list(server);
  },
};
