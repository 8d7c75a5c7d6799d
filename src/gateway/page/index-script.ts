/** How often the index page looks, in ms, while somebody sees it. */
const EVERY_MS = 1500;

/** Keeps the index page as the lab is; runs in the browser. */
export const indexScript = `(() => {
  'use strict';
  const main = document.querySelector('main');
  const ended = document.getElementById('ended');
  let shown;
  const look = async () => {
    if (document.visibilityState === 'visible') {
      try {
        const answer = await fetch('/.envoy-lab/index', { cache: 'no-store' });
        if (!answer.ok) throw new Error(answer.status === 403
          ? 'envoy-lab open was started anew: open the address it printed.'
          : await answer.text());
        const text = await answer.text();
        if (text !== shown) {
          const focus = document.activeElement?.getAttribute?.('href');
          main.innerHTML = text;
          if (shown !== undefined && focus) main.querySelector('a[href="' + CSS.escape(focus) + '"]')?.focus();
          shown = text;
        }
        ended.hidden = true;
      } catch (error) {
        ended.textContent = error instanceof TypeError
          ? 'envoy-lab open has ended: what you see is the lab as it was.'
          : error.message;
        ended.hidden = false;
      }
    }
    setTimeout(look, ${EVERY_MS});
  };
  document.addEventListener('visibilitychange', () => ended.hidden || (shown = undefined));
  setTimeout(look, ${EVERY_MS});
})();
`;
