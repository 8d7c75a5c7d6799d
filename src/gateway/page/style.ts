/** The look of the gateway's own pages, in light and dark. */
export const style = `
:root {
  color-scheme: light dark;
  --back: #f5f6f8; --card: #fff; --text: #1c2530; --dim: #5d6b7a; --line: #dfe3e8; --link: #0b5fc4; --soft: #eef2f7;
  --good: #14783c; --good-back: #dff5e6; --busy: #8a5300; --busy-back: #fdf0d5; --bad: #b3261e; --bad-back: #fde4e1;
  --off: #5d6b7a; --off-back: #e8ebef; --accent: #6b46c1; --accent-back: #eee8fb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #11161c; --card: #1a2129; --text: #e3e9f0; --dim: #93a1b0; --line: #2c3641; --link: #79b4ff; --soft: #222b35;
    --good: #7fdca0; --good-back: #16351f; --busy: #f2c66d; --busy-back: #3a2c0e; --bad: #ff9d94; --bad-back: #43191a;
    --off: #a7b3c0; --off-back: #2a333d; --accent: #c0a8ff; --accent-back: #2d2450;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Ubuntu, sans-serif;
}
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px; }
code, .mono { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
main, footer { max-width: 1180px; margin: 0 auto; padding: 0 24px; }
header { padding: 28px 2px 18px; display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 16px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0; letter-spacing: -0.01em; }
header p { margin: 0; color: var(--dim); }
.count { margin-left: auto; white-space: nowrap; }
.nodes { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 360px), 1fr)); gap: 16px; align-items: start; }
.node { background: var(--card); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
.node > h2 {
  margin: 0; padding: 14px 18px 12px; font-size: 17px; line-height: 1.3; display: flex; flex-wrap: wrap; gap: 2px 10px;
  align-items: baseline; border-bottom: 1px solid var(--line); overflow-wrap: anywhere;
}
.node > h2 span { color: var(--dim); font-weight: 400; margin-left: auto; }
.container { padding: 12px 18px 14px; border-bottom: 1px solid var(--line); }
.container:last-child { border-bottom: 0; }
.container h3 { margin: 0; font-size: 15px; font-weight: 600; display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; }
.container h3 small { color: var(--dim); font-weight: 400; font-size: 13px; }
.badge { font-size: 12px; font-weight: 600; line-height: 1; padding: 4px 8px; border-radius: 99px; margin-left: auto; }
.badge.good { color: var(--good); background: var(--good-back); }
.badge.busy { color: var(--busy); background: var(--busy-back); }
.badge.bad { color: var(--bad); background: var(--bad-back); }
.badge.off { color: var(--off); background: var(--off-back); }
.kind { font-size: 11px; font-weight: 600; padding: 1px 6px; border-radius: 4px; color: var(--accent); background: var(--accent-back); }
.kind.app { color: var(--dim); background: var(--soft); }
ul { list-style: none; margin: 8px 0 0; padding: 0; }
li { display: grid; grid-template-columns: 3.5em 1fr auto; gap: 0 8px; align-items: baseline; padding: 3px 0; }
li .port { font-weight: 600; }
li .what { color: var(--dim); overflow-wrap: anywhere; }
li .host { grid-column: 3; }
li .more { grid-column: 2 / -1; display: flex; flex-wrap: wrap; gap: 0 10px; font-size: 14px; }
.off-node a.port { color: var(--dim); }
.note { margin: 0; padding: 40px 18px; text-align: center; color: var(--dim); }
footer { padding-top: 22px; padding-bottom: 32px; color: var(--dim); font-size: 13px; }
#ended {
  position: sticky; top: 0; z-index: 1; text-align: center; padding: 9px 16px; color: var(--bad); background: var(--bad-back);
  font-weight: 600;
}
#ended[hidden] { display: none; }
.message { max-width: 640px; margin: 12vh auto 0; padding: 28px 32px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.message h1 { font-size: 21px; margin-bottom: 12px; }
.message p { margin: 8px 0; overflow-wrap: anywhere; }
`;
