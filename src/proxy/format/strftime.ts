/**
 * Dates by strftime patterns as Envoy prints them: glibc's letters, absl's `%E3S`, `%E*f`, `%Ez`, `%ET`, `%:z` and
 * Envoy's own `%s`, `%f` and `%3f`. A letter none of them knows is printed as it stands.
 */

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** A point in time broken down in one time zone. */
interface Fields {
  readonly year: number;
  /** From 0. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Sunday is 0. */
  readonly weekday: number;
  /** From 0. */
  readonly yearday: number;
  readonly nanos: number;
  readonly epochSeconds: number;
  /** Minutes east of Greenwich. */
  readonly offset: number;
  readonly zone: () => string;
}

function breakDown(ms: number, local: boolean): Fields {
  const epochSeconds = Math.floor(ms / 1000);
  const date = new Date(epochSeconds * 1000);
  const offset = local ? -date.getTimezoneOffset() : 0;
  const shifted = new Date(date.getTime() + offset * 60_000);
  const year = shifted.getUTCFullYear();
  return {
    year,
    month: shifted.getUTCMonth(),
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    weekday: shifted.getUTCDay(),
    yearday: Math.floor((shifted.getTime() - Date.UTC(year, 0, 1)) / 86_400_000),
    // A double holds ms since the epoch to some 200 ns: microseconds are what can be trusted.
    nanos: Math.min(999_999, Math.round((ms - epochSeconds * 1000) * 1e3)) * 1e3,
    epochSeconds,
    offset,
    zone: () => (local ? zoneName(date) : 'UTC'),
  };
}

function zoneName(date: Date): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(date);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? 'UTC';
}

const two = (value: number): string => String(value).padStart(2, '0');
const hour12 = (f: Fields): number => f.hour % 12 || 12;

function offsetText(f: Fields, separator: string, seconds: boolean): string {
  const minutes = Math.abs(f.offset);
  const text = `${f.offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${separator}${two(minutes % 60)}`;
  return seconds ? `${text}${separator}00` : text;
}

/** ISO 8601 week and the year it belongs to. */
function isoWeek(f: Fields): { year: number; week: number } {
  const thursday = new Date(Date.UTC(f.year, f.month, f.day + 4 - (f.weekday || 7)));
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * 86_400_000)) + 1;
  return { year, week };
}

function fraction(nanos: number, digits: number): string {
  return String(nanos).padStart(9, '0').slice(0, digits);
}

/** Fraction without trailing zeros, at least one digit. */
function shortFraction(nanos: number): string {
  return String(nanos).padStart(9, '0').replace(/0+$/, '') || '0';
}

/** A number with its usual width and padding, or a text. */
type Piece = string | { readonly value: number; readonly width: number; readonly pad: ' ' | '0' };
const zeros = (value: number, width: number): Piece => ({ value, width, pad: '0' });
const blanks = (value: number, width: number): Piece => ({ value, width, pad: ' ' });

const letters: Readonly<Record<string, (f: Fields) => Piece>> = {
  a: (f) => days[f.weekday]!.slice(0, 3),
  A: (f) => days[f.weekday]!,
  b: (f) => months[f.month]!.slice(0, 3),
  h: (f) => months[f.month]!.slice(0, 3),
  B: (f) => months[f.month]!,
  c: (f) =>
    `${days[f.weekday]!.slice(0, 3)} ${months[f.month]!.slice(0, 3)} ${String(f.day).padStart(2)} ${clock(f)} ${f.year}`,
  C: (f) => zeros(Math.floor(f.year / 100), 2),
  d: (f) => zeros(f.day, 2),
  e: (f) => blanks(f.day, 2),
  D: (f) => `${two(f.month + 1)}/${two(f.day)}/${two(f.year % 100)}`,
  x: (f) => `${two(f.month + 1)}/${two(f.day)}/${two(f.year % 100)}`,
  F: (f) => `${f.year}-${two(f.month + 1)}-${two(f.day)}`,
  g: (f) => zeros(isoWeek(f).year % 100, 2),
  G: (f) => zeros(isoWeek(f).year, 4),
  V: (f) => zeros(isoWeek(f).week, 2),
  H: (f) => zeros(f.hour, 2),
  I: (f) => zeros(hour12(f), 2),
  k: (f) => blanks(f.hour, 2),
  l: (f) => blanks(hour12(f), 2),
  j: (f) => zeros(f.yearday + 1, 3),
  m: (f) => zeros(f.month + 1, 2),
  M: (f) => zeros(f.minute, 2),
  p: (f) => (f.hour < 12 ? 'AM' : 'PM'),
  P: (f) => (f.hour < 12 ? 'am' : 'pm'),
  r: (f) => `${two(hour12(f))}:${two(f.minute)}:${two(f.second)} ${f.hour < 12 ? 'AM' : 'PM'}`,
  R: (f) => `${two(f.hour)}:${two(f.minute)}`,
  s: (f) => zeros(f.epochSeconds, 1),
  S: (f) => zeros(f.second, 2),
  t: () => '\t',
  T: (f) => clock(f),
  X: (f) => clock(f),
  u: (f) => zeros(f.weekday || 7, 1),
  w: (f) => zeros(f.weekday, 1),
  U: (f) => zeros(Math.floor((f.yearday + 7 - f.weekday) / 7), 2),
  W: (f) => zeros(Math.floor((f.yearday + 7 - ((f.weekday + 6) % 7)) / 7), 2),
  y: (f) => zeros(f.year % 100, 2),
  Y: (f) => zeros(f.year, 4),
  z: (f) => offsetText(f, '', false),
  Z: (f) => f.zone(),
  '%': () => '%',
};

function clock(f: Fields): string {
  return `${two(f.hour)}:${two(f.minute)}:${two(f.second)}`;
}

/** Flags and width as in glibc: `%-d`, `%_d`, `%^a`, `%5Y`. */
function pad(piece: Piece, flags: string, width: string): string {
  if (typeof piece === 'string') return /[\^#]/.test(flags) ? piece.toUpperCase() : piece;
  if (flags.includes('-')) return String(piece.value);
  const fill = flags.includes('_') ? ' ' : flags.includes('0') ? '0' : piece.pad;
  return String(piece.value).padStart(Math.max(piece.width, Number(width || 0)), fill);
}

// In the order they are tried; `%f` and `%3f` are Envoy's and come before absl's and glibc's.
const specifier =
  /%(?:([1-9]?)f|E([0-9]|\*)([Sf])|(E\*?z|::?z)|(ET)|(E4Y)|([-_0^#]*)([0-9]*)[EO]?([A-Za-z%]))/g;

type Step = string | ((f: Fields) => string);

function compileSteps(pattern: string): Step[] {
  const steps: Step[] = [];
  let at = 0;
  for (const match of pattern.matchAll(specifier)) {
    const [whole, digits, places, placed, zone, separator, year, flags, width, letter] = match;
    let step: Step;
    if (digits !== undefined) step = (f) => fraction(f.nanos, digits === '' ? 9 : Number(digits));
    else if (placed !== undefined) step = (f) => fractional(f, places!, placed);
    else if (zone !== undefined) step = (f) => offsetText(f, ':', zone === 'E*z' || zone === '::z');
    else if (separator !== undefined) step = 'T';
    else if (year !== undefined) step = (f) => String(f.year).padStart(4, '0');
    else {
      const known = letters[letter!];
      step = known ? (f) => pad(known(f), flags ?? '', width ?? '') : whole;
    }
    steps.push(pattern.slice(at, match.index), step);
    at = match.index + whole.length;
  }
  steps.push(pattern.slice(at));
  return steps.filter((step) => step !== '');
}

function fractional(f: Fields, places: string, letter: string): string {
  const digits = places === '*' ? shortFraction(f.nanos) : fraction(f.nanos, Number(places));
  if (letter === 'f') return digits;
  const dropped = digits === '' || (places === '*' && f.nanos === 0);
  return dropped ? two(f.second) : `${two(f.second)}.${digits}`;
}

/**
 * Compiles a pattern. The result takes ms since the epoch (fractions count) and prints it in UTC or, with
 * `local`, in the machine's time zone.
 */
export function compileDate(pattern: string, local: boolean): (ms: number) => string {
  const steps = compileSteps(pattern);
  return (ms) => {
    const fields = breakDown(ms, local);
    let text = '';
    for (const step of steps) text += typeof step === 'string' ? step : step(fields);
    return text;
  };
}

/** `2024-03-01T12:00:00.123Z`, quickly: of most times printed only the milliseconds are new. */
export function isoTime(): (ms: number) => string {
  let second = Number.NaN;
  let prefix = '';
  return (ms) => {
    const whole = Math.floor(ms / 1000);
    if (whole !== second) {
      second = whole;
      prefix = `${new Date(whole * 1000).toISOString().slice(0, 19)}.`;
    }
    const millis = Math.floor(ms - whole * 1000);
    return `${prefix}${millis < 10 ? '00' : millis < 100 ? '0' : ''}${millis}Z`;
  };
}
