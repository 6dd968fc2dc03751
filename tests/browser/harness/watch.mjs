// What must not happen behind a page's back: a request to a stranger, a missing part, an error in the console.

import assert from 'node:assert/strict';

const OURS = new Set(['127.0.0.1', 'localhost']);

/** Listens to everything that a browser context does; `clean()` fails with what it has heard. */
export function watch(context) {
  const heard = [];
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    const local = ['data:', 'blob:', 'about:'].includes(protocol);
    if (!local && !OURS.has(hostname)) heard.push(`request to a stranger: ${request.url()}`);
  });
  context.on('response', (response) => {
    const part = !response.request().isNavigationRequest();
    if (part && response.status() >= 400) heard.push(`${response.status()} for a part of a page: ${response.url()}`);
  });
  context.on('console', (message) => {
    // The status of a page is for the journey to judge; the browser complains about each that is an error.
    const status = message.text().startsWith('Failed to load resource: the server responded with a status');
    if (message.type() === 'error' && !status) heard.push(`console: ${message.text()}`);
  });
  context.on('weberror', (error) => heard.push(`script error: ${error.error().message}`));
  return { clean: () => assert.deepEqual(heard, [], 'nothing happens behind the page') };
}
