/** RFC 7541 Appendix A: a line an entry, from index 1 on. */
const lines = `:authority
:method GET
:method POST
:path /
:path /index.html
:scheme http
:scheme https
:status 200
:status 204
:status 206
:status 304
:status 400
:status 404
:status 500
accept-charset
accept-encoding gzip, deflate
accept-language
accept-ranges
accept
access-control-allow-origin
age
allow
authorization
cache-control
content-disposition
content-encoding
content-language
content-length
content-location
content-range
content-type
cookie
date
etag
expect
expires
from
host
if-match
if-modified-since
if-none-match
if-range
if-unmodified-since
last-modified
link
location
max-forwards
proxy-authenticate
proxy-authorization
range
referer
refresh
retry-after
server
set-cookie
strict-transport-security
transfer-encoding
user-agent
vary
via
www-authenticate`.split('\n');

/** How many entries the static table has; the dynamic table's indexes begin after it. */
export const staticLength = lines.length;

/** Names by index; index 0 is none. */
export const staticNames: readonly string[] = ['', ...lines.map((line) => line.split(' ', 1)[0]!)];

/** Values by index, in step with the names. */
export const staticValues: readonly string[] = [
  '',
  ...lines.map((line, i) => line.slice(staticNames[i + 1]!.length + 1)),
];

/** What an entry takes of a table's size beside its bytes (RFC 7541 §4.1). */
export const entryOverhead = 32;

/** The size both sides' tables begin with (bytes, RFC 9113 §6.5.2). */
export const defaultTableSize = 4096;
