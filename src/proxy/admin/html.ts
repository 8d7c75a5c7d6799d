import type { AdminResponse } from './handler.ts';

const names: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => names[c]!);
}

const style = `
body { font-family: sans-serif; margin: 1em 2em; }
table { border-collapse: collapse; }
td { padding: 4px 12px 4px 4px; vertical-align: top; }
tr:nth-child(odd) { background: #eee; }
button { background: none; border: none; color: #069; cursor: pointer; font: inherit; padding: 0; text-decoration: underline; }
form { margin: 0; }
.parameter { color: #555; padding-left: 2em; }
`;

/** A page of the admin interface. */
export function htmlPage(content: string): AdminResponse {
  return {
    contentType: 'text/html; charset=UTF-8',
    body: `<!DOCTYPE html>
<html lang='en'>
<head>
<title>Envoy Admin</title>
<meta charset='utf-8'>
<style>${style}</style>
</head>
<body>
${content}
</body>
</html>
`,
  };
}
