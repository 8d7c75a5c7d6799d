import type { RequestHeaders } from '../../../http/headers.ts';

/** `path_with_escaped_slashes_action`. */
export type EscapedSlashesAction =
  | 'KEEP_UNCHANGED'
  | 'REJECT_REQUEST'
  | 'UNESCAPE_AND_REDIRECT'
  | 'UNESCAPE_AND_FORWARD';

export interface PathNormalization {
  readonly normalizePath: boolean;
  readonly mergeSlashes: boolean;
  readonly escapedSlashes: EscapedSlashesAction;
}

/**
 * Normalises the path in place, as ConnectionManagerUtility::maybeNormalizePath. `redirect`: answer 307 with the new
 * path; `reject`: answer 400.
 */
export function normalizePath(
  headers: RequestHeaders,
  options: PathNormalization,
): 'continue' | 'redirect' | 'reject' {
  if (headers.path.includes('#')) return 'reject';
  let action: 'continue' | 'redirect' = 'continue';
  if (options.escapedSlashes !== 'KEEP_UNCHANGED' && unescapeSlashes(headers)) {
    if (options.escapedSlashes === 'REJECT_REQUEST') return 'reject';
    if (options.escapedSlashes === 'UNESCAPE_AND_REDIRECT') action = 'redirect';
  }
  if (options.normalizePath) {
    const [path, query] = split(headers.path);
    const canonical = canonicalPath(path);
    if (canonical === undefined) return 'reject';
    headers.path = canonical + query;
  }
  if (options.mergeSlashes) {
    const [path, query] = split(headers.path);
    if (path.includes('//')) headers.path = path.replace(/\/{2,}/g, '/') + query;
  }
  return action;
}

function split(target: string): [path: string, query: string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at)];
}

function unescapeSlashes(headers: RequestHeaders): boolean {
  const [path, query] = split(headers.path);
  const plain = path.replace(/%2f/gi, '/').replace(/%5c/gi, '\\');
  if (plain === path) return false;
  headers.path = plain + query;
  return true;
}

const unreserved = /[A-Za-z0-9\-._~]/;

/**
 * RFC 3986 §6.2.2 in the dialect of the WHATWG and Chromium, which Envoy uses: dot segments go, `\` is `/`, escaped
 * unreserved characters are themselves. Undefined when the path holds what may not stand in one (`%00`).
 */
export function canonicalPath(path: string): string | undefined {
  let text = '';
  for (let i = 0; i < path.length; i++) {
    const char = path[i]!;
    if (char === '%') {
      const hex = path.slice(i + 1, i + 3);
      if (/^[0-9a-f]{2}$/i.test(hex)) {
        if (hex === '00') return undefined;
        const plain = String.fromCharCode(Number.parseInt(hex, 16));
        text += unreserved.test(plain) ? plain : `%${hex}`;
        i += 2;
        continue;
      }
      text += char;
    } else if (char === '\\') {
      text += '/';
    } else if (char === '\0') {
      return undefined;
    } else {
      text += escapedIfUnsafe(char);
    }
  }
  return removeDotSegments(text);
}

/** What Chromium's path canonicaliser writes as an escape. */
function escapedIfUnsafe(char: string): string {
  const code = char.charCodeAt(0);
  if (code > 0x20 && code < 0x7f && !'"#<>`{}'.includes(char)) return char;
  return `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
}

function removeDotSegments(path: string): string {
  const segments = path.split('/');
  const kept: string[] = [];
  const last = segments.length - 1;
  for (let i = 1; i <= last; i++) {
    const segment = segments[i]!;
    if (segment === '..') {
      kept.pop();
      if (i === last) kept.push('');
    } else if (segment === '.') {
      if (i === last) kept.push('');
    } else {
      kept.push(segment);
    }
  }
  return `/${kept.join('/')}`;
}
