/**
 * A word as the cluster leaves it: it puts variables in for `$(NAME)`, and takes two dollars for one, so such dollars are doubled.
 * It does so in commands, arguments, values of variables, and the commands of probes.
 */
export function escapeDollars(text: string): string {
  return text.replace(/\$+(?=\()|\${2,}/g, (dollars) => dollars.repeat(2));
}
