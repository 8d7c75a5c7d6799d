import { lowerAscii } from '../../../../http/ascii.ts';
import { bulk, error, type RespValue, simple } from '../resp/value.ts';

/** What the proxy's own answers need of the client's connection. */
export interface LocalCallbacks {
  /** Whether the client has said who it is, where it must. */
  readonly allowed: boolean;
  /** Milliseconds since the epoch. */
  readonly wallNow: () => number;
  onResponse(value: RespValue): void;
  /** The answer to AUTH with a password, and a user name or none. */
  authenticate(password: string, username?: string): RespValue;
  quit(): void;
}

/** A command the proxy answers itself. */
export interface LocalCommand {
  /** Clients may ask it before they have said who they are. */
  readonly beforeAuthentication?: true;
  /** False: the words are none it takes. */
  run(words: readonly string[], callbacks: LocalCallbacks): boolean;
}

const auth: LocalCommand = {
  beforeAuthentication: true,
  run: ([, first, second, ...more], callbacks) => {
    if (first === undefined) return false;
    const named = second !== undefined && more.length === 0;
    callbacks.onResponse(named ? callbacks.authenticate(second, first) : callbacks.authenticate(first));
    return true;
  },
};

const ping = reply(() => simple('PONG'));

const echo: LocalCommand = {
  run: (words, callbacks) => {
    if (words.length !== 2) return false;
    callbacks.onResponse(bulk(words[1]!));
    return true;
  },
};

const time = reply((_, { wallNow }) => {
  const micros = Math.floor(wallNow() * 1000);
  const items = [bulk(String(Math.floor(micros / 1e6))), bulk(String(micros))];
  return { type: 'array', items };
});

const quit: LocalCommand = {
  beforeAuthentication: true,
  run: (_, callbacks) => {
    callbacks.quit();
    return true;
  },
};

/** Words of CLIENT commands, by subcommand. */
const clientWords: ReadonlyMap<string, number> = new Map([
  ['setname', 3],
  ['setinfo', 4],
]);

/** CLIENT: what libraries say of themselves is taken and not passed on. */
const client: LocalCommand = {
  run: (words, callbacks) => {
    const [, subcommand] = words;
    if (subcommand === undefined) return false;
    const name = lowerAscii(subcommand);
    const count = clientWords.get(name);
    if (count === undefined) {
      callbacks.onResponse(error(`ERR CLIENT subcommand '${subcommand}' is not supported by the proxy`));
    } else if (words.length !== count) {
      callbacks.onResponse(error(`ERR wrong number of arguments for 'client|${name}' command`));
    } else callbacks.onResponse(simple('OK'));
    return true;
  },
};

/** Commands by their name in lower case. */
export const localCommands: ReadonlyMap<string, LocalCommand> = new Map(
  Object.entries({ auth, ping, echo, time, quit, client }),
);

function reply(make: (words: readonly string[], callbacks: LocalCallbacks) => RespValue): LocalCommand {
  return {
    run: (words, callbacks) => {
      callbacks.onResponse(make(words, callbacks));
      return true;
    },
  };
}
