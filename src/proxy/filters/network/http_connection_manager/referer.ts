/**
 * Whether a Referer is one that may be forwarded (Envoy's Utility::isValidRefererValue): an absolute URL without
 * user info and fragment, or a relative reference without a fragment.
 */
export function isValidReferer(value: string): boolean {
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]+)([^#]*)(#.*)?$/i.exec(value);
  if (absolute !== null) return absolute[3] === undefined && !absolute[1]!.includes('@');
  let seenSlash = false;
  for (const char of value) {
    if (char === ':') {
      if (!seenSlash) return false;
    } else if (char === '/') {
      seenSlash = true;
    } else if (!/[A-Za-z0-9\-._~!$&'()*+,;=@%?]/.test(char)) {
      return false;
    }
  }
  return true;
}
