import { LabError } from '../../../error.ts';

/** What a kubeconfig names to log in with. */
interface LoginProgram {
  readonly command?: string;
  readonly installHint?: string;
}

/** Credentials that cannot be had: a file that is not there, a program that does not log in. */
export function credentialsError(
  file: string,
  program: LoginProgram | undefined,
  cause: NodeJS.ErrnoException,
): LabError {
  const said = cause.message.trim();
  const name = program?.command;
  if (name === undefined) {
    return new LabError('runtime', `the credentials of ${file} cannot be had: ${said}`, {
      hint: 'log in to the cluster again, or correct the kubeconfig',
      cause,
    });
  }
  if (cause.code === 'ENOENT') {
    return new LabError('runtime', `${file} logs in with ${name}, which is not there`, {
      hint: program?.installHint?.trim() || `install ${name}, or put it on the PATH`,
      cause,
    });
  }
  return new LabError('runtime', `${file} logs in with ${name}, which fails: ${said}`, {
    hint: 'log in to the cluster again',
    cause,
  });
}
