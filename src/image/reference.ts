/**
 * Names of container images as the OCI distribution specification and Docker write them:
 * `[registry[:port]/]path[:tag][@digest]`.
 */
const REGISTRY = String.raw`(?:[A-Za-z\d](?:[A-Za-z\d.-]*[A-Za-z\d])?|\[[\dA-Fa-f:]+\])(?::\d+)?`;
const PART = String.raw`[a-z\d]+(?:(?:[._]|__|-+)[a-z\d]+)*`;
const TAG = String.raw`[\w][\w.-]{0,127}`;
const DIGEST = String.raw`[A-Za-z][\w+.-]*:[\dA-Fa-f]{32,}`;
const NAME = new RegExp(`^(?:(${REGISTRY})/)?(${PART}(?:/${PART})*)(?::(${TAG}))?(?:@(${DIGEST}))?$`);

const HUB = 'docker.io';

/** Whether `image:` of a container names an image of a registry; without a slash and a colon it is one of ours. */
export function isReference(image: string): boolean {
  return /[/:]/.test(image);
}

/**
 * The whole name of an image of a registry, with what engines fill in: `nginx` is `docker.io/library/nginx:latest`.
 * Two texts that have the same one mean the same image.
 *
 * @returns undefined when no image can be called that
 */
export function wholeReference(image: string): string | undefined {
  const match = NAME.exec(image);
  if (match === null) return undefined;
  const [, first, rest = '', tag, digest] = match;
  // The first of several parts is a registry only when it looks like a host.
  const isHost = first !== undefined && /[.:]|^localhost$|[A-Z]/.test(first);
  const path = first === undefined || isHost ? rest : `${first}/${rest}`;
  const registry = isHost && first !== 'index.docker.io' ? first : HUB;
  const full = registry === HUB && !path.includes('/') ? `library/${path}` : path;
  const version = tag === undefined && digest === undefined ? ':latest' : tag === undefined ? '' : `:${tag}`;
  return `${registry}/${full}${version}${digest === undefined ? '' : `@${digest}`}`;
}
