const REFERENCE = /\$(?:(\$)|\(([^)]*)\)|[\s\S])/g;

/**
 * `$(NAME)` in a command, an argument or the value of a variable, as the kubelet puts it in (the forked package
 * third_party/forked/golang/expansion of k8s.io/kubernetes): `$$` is a `$`, what names no variable stays as it is.
 */
export function expand(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(REFERENCE, (whole: string, escaped?: string, name?: string) => {
    if (escaped !== undefined) return '$';
    if (name === undefined) return whole;
    return Object.hasOwn(variables, name) ? variables[name]! : whole;
  });
}
