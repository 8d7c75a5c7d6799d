import { labelValue } from '../../runtime/kubernetes/labels.ts';
import type { LabelScheme } from '../../runtime/kubernetes/translate/labels.ts';

/** What people and tools expect (kubernetes.io, "Recommended Labels"). None of ours: an exported lab is nobody's lab. */
export const appLabels: LabelScheme = {
  lab: ({ lab }) => ({ 'app.kubernetes.io/part-of': labelValue(lab) }),
  group: ({ lab }, group) => ({
    'app.kubernetes.io/name': group,
    'app.kubernetes.io/part-of': labelValue(lab),
  }),
  pod: () => ({}),
  node: () => ({}),
};

/** What Istio reads beside those: which app it is, and which version of it. */
export const meshLabels: LabelScheme = {
  ...appLabels,
  group: (_, group) => ({ app: group }),
  pod: (identity) => ({ version: 'v1', ...appLabels.lab(identity) }),
};
