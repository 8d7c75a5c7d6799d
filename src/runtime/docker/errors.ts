import { LabError } from '../../error.ts';

/** What the engine or the way to it said. */
interface EngineFault extends Error {
  readonly statusCode?: number;
  readonly json?: { readonly message?: string } | null;
  readonly code?: string;
}

/** The engine's own words, without what its client put around them. */
export function engineText(error: unknown): string {
  const { json, message } = error as EngineFault;
  const text = json?.message ?? message ?? String(error);
  return text.trim().replace(/^\(HTTP code \d+\) [\w ]+ - /, '');
}

/** HTTP status of the engine's answer; undefined when there was none. */
export function statusOf(error: unknown): number | undefined {
  return (error as EngineFault).statusCode;
}

/** The object is not there, or no more. */
export function isMissing(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** Another object has the name. */
export function isNameTaken(error: unknown): boolean {
  return /name .*(is already in use|already used|already exists)/i.test(engineText(error));
}

/** A host port that was free a moment ago is not any more. */
export function isPortTaken(error: unknown): boolean {
  return /port is already allocated|address already in use|cannot listen on the (TCP|UDP) port/i.test(
    engineText(error),
  );
}

/** The shell's code for a command that cannot be run, when that is what the engine says. */
export function launchCode(error: unknown): 126 | 127 | undefined {
  const text = engineText(error);
  if (/exec(utable file)?:? .*(not found|no such file or directory)/is.test(text)) return 127;
  if (/exec:? .*(permission denied|exec format error|is a directory)/is.test(text)) return 126;
  return undefined;
}

/** The container's user or group is not in its image. */
export function isUnknownUser(error: unknown): boolean {
  return /unable to find (user|group)|no matching entries in (passwd|group)/i.test(engineText(error));
}

const lostImage = /no such image|image not known/i;

/** An image that was there a moment ago is not any more. */
export function isLostImage(error: unknown): boolean {
  return lostImage.test(engineText(error));
}

const disconnected = /^(ECONNREFUSED|ENOENT|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EACCES)$/;

/** Nothing answered, or what answered went away. */
export function isDisconnected(error: unknown): boolean {
  const { code = '', message = '', statusCode } = error as EngineFault;
  return statusCode === undefined && (disconnected.test(code) || /socket hang up|aborted/.test(message));
}

/** Well-known troubles of an engine, and what to do about them. */
const troubles: readonly { readonly is: RegExp; readonly what: string; readonly hint: string }[] = [
  {
    is: /address pools?|fully subnetted|free subnet/i,
    what: 'the engine has no subnet left for another network',
    hint: 'each lab takes one: end some (envoy-lab labs), remove networks nobody uses (docker network ls), or give the engine more default-address-pools',
  },
  {
    is: /no space left on device|disk quota exceeded/i,
    what: "the engine's disk is full",
    hint: 'docker system df says what takes the room; docker image prune and docker builder prune give some back',
  },
  {
    is: lostImage,
    what: 'the engine has lost an image',
    hint: 'run the command again: what is missing is made anew',
  },
  {
    is: /no command specified|no command or entrypoint provided/i,
    what: 'its image names nothing to run',
    hint: 'say what to run with command',
  },
  {
    is: /bind source path does not exist|statfs .*no such file/i,
    what: 'the host folder of a volume is not there',
    hint: 'make it, or leave the volume away; folders are those of the machine the engine runs on',
  },
];

/**
 * Says what went wrong while something was done; an error that says so already is passed on.
 * @param doing what was tried, such as `start service1-1/app`
 */
export function explain(error: unknown, doing: string): LabError {
  if (error instanceof LabError) return error;
  const said = engineText(error);
  if (isDisconnected(error)) {
    return new LabError('runtime', `cannot ${doing}: the container engine does not answer (${said})`, {
      hint: 'is it running? envoy-lab doctor says what answers; run the command again when it does',
      cause: error,
    });
  }
  if (!(error instanceof Error) || (statusOf(error) === undefined && !('reason' in error))) {
    return new LabError('runtime', `cannot ${doing}: ${said}`, { cause: error });
  }
  const trouble = troubles.find(({ is }) => is.test(said));
  if (trouble !== undefined) {
    return new LabError('runtime', `cannot ${doing}: ${trouble.what} (${said})`, {
      hint: trouble.hint,
      cause: error,
    });
  }
  return new LabError('runtime', `cannot ${doing}: ${said}`, { cause: error });
}

/** Does something; what goes wrong is explained. */
export async function doing<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explain(error, what);
  }
}
