// What must not happen behind a page's back: a request to a stranger, a missing part, an error in the console.

import assert from 'node:assert/strict';

/**
 * Listens to everything that a browser context does; `clean()` fails with what it has heard. All requests go to the hall,
 * whose origin is `home`, by its number or its name; only within `atCashier(walk)` a page of a stand-in on this machine may be opened as well.
 */
export function watch(context, home) {
  const heard = [];
  const homes = [home, home.replace('127.0.0.1', 'localhost')];
  let away = false;
  context.on('request', (request) => {
    const { protocol, hostname, origin } = new URL(request.url());
    const local = ['data:', 'blob:', 'about:'].includes(protocol);
    const cashier = away && hostname === '127.0.0.1' && request.isNavigationRequest();
    if (!local && !homes.includes(origin) && !cashier) heard.push(`request to a stranger: ${request.url()}`);
  });
  context.on('response', (response) => {
    // A form that a script sends is answered with its page and the mistakes in it, as one that the browser sends.
    const form = response.status() === 422 && response.request().headers()['hx-request'] === 'true';
    const part = !response.request().isNavigationRequest() && !form;
    if (part && response.status() >= 400) heard.push(`${response.status()} for a part of a page: ${response.url()}`);
  });
  context.on('console', (message) => {
    // The status of a page is for the journey to judge; the browser complains about each that is an error.
    const status = message.text().startsWith('Failed to load resource: the server responded with a status');
    if (message.type() === 'error' && !status) heard.push(`console: ${message.text()}`);
  });
  context.on('weberror', (error) => heard.push(`script error: ${error.error().message}`));
  return {
    clean: () => assert.deepEqual(heard, [], 'nothing happens behind the page'),
    atCashier: async (walk) => {
      away = true;
      await walk();
      away = false;
    },
  };
}
