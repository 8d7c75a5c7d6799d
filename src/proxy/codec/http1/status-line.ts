import { codecError } from './errors.ts';
import { isVersion } from './request-line.ts';

const SPACE = 32;

/** A status line taken apart. One object a connection. */
export class StatusLine {
  status = 0;
  http11 = false;

  /**
   * Reads `data[start, end)`, which ends with LF: a version, a status of three digits, and any words.
   * @throws ProtocolError
   */
  parse(data: Buffer, start: number, end: number): void {
    let stop = end;
    while (stop > start && data[stop - 1]! <= SPACE) stop--;
    let at = start;
    while (at < stop && data[at]! > SPACE) at++;
    if (!isVersion(data, start, at)) throw codecError('HPE_INVALID_VERSION');
    this.http11 = data[at - 3] === 49 && data[at - 1] === 49;
    while (at < stop && data[at]! <= SPACE) at++;
    const statusStart = at;
    let status = 0;
    for (; at < stop && data[at]! > SPACE; at++) {
      const digit = data[at]! - 48;
      if (digit < 0 || digit > 9) throw codecError('INVALID_STATUS_CODE');
      status = status * 10 + digit;
    }
    if (at - statusStart !== 3 || status < 100) throw codecError('INVALID_STATUS_CODE');
    this.status = status;
  }
}
