/** A number as C++ streams print doubles (`%g`): six significant digits, 1.8e+06 and 1e-05 beyond them. */
export function shortNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const rounded = Number(value.toPrecision(6));
  const exponent = Math.floor(Math.log10(Math.abs(rounded)));
  if (exponent >= -4 && exponent < 6) return String(rounded);
  const [mantissa = '', power = ''] = rounded.toExponential().split('e');
  return `${mantissa}e${power[0]}${power.slice(1).padStart(2, '0')}`;
}
