/** Forms that a sandbox can be written in; the order is that of help. */
export const exportFormats = ['kubernetes', 'openshift', 'compose'] as const;
export type ExportFormat = (typeof exportFormats)[number];
