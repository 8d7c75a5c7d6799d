/**
 * Runs in every document below the gateway, before its own scripts: a WebSocket's handshake has no Referer to tell where it
 * belongs, and an address that a script writes into the address bar would lose the page's prefix.
 */
export const belowScript = `(() => {
  'use strict';
  const prefix = /^\\/[^/]+\\/\\d+(?=\\/)/.exec(location.pathname)?.[0];
  if (prefix === undefined) return;
  const below = (address) => {
    const url = new URL(address, document.baseURI);
    if (url.host !== location.host || /^\\/[^/]+\\/\\d{1,5}\\//.test(url.pathname)) return url;
    url.pathname = prefix + url.pathname;
    return url;
  };
  const socketAddress = (address) => {
    const url = below(address);
    url.protocol = url.protocol.replace(/^http/, 'ws');
    return url.href;
  };
  window.WebSocket = class WebSocket extends window.WebSocket {
    constructor(address, ...rest) {
      super(socketAddress(address), ...rest);
    }
  };
  for (const name of ['pushState', 'replaceState']) {
    const original = history[name];
    history[name] = function (state, title, address, ...rest) {
      const shown = address === undefined || address === null ? address : below(address).href;
      return original.call(this, state, title, shown, ...rest);
    };
  }
})();
`;
