// The ceremony of a passkey: the browser asks the key, its answer goes into the form, the form is sent. Nothing else here
// needs a script.
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  const text = (buffer) => {
    const letters = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(letters).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  };
  const fill = (form, values) => {
    for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
  };
  const keys = (form) =>
    form.dataset.credentials.split(' ').filter(Boolean).map((id) => ({ type: 'public-key', id: bytes(id) }));

  async function get(form) {
    const challenge = bytes(form.dataset.challenge);
    const publicKey = { challenge, rpId: form.dataset.rp, allowCredentials: keys(form), userVerification: 'preferred' };
    const { id, response } = await navigator.credentials.get({ publicKey });
    fill(form, {
      credential_id: id,
      client_data_json: text(response.clientDataJSON),
      authenticator_data: text(response.authenticatorData),
      signature: text(response.signature),
    });
  }

  async function create(form) {
    const { challenge, rp, name, userId, userName } = form.dataset;
    const { response } = await navigator.credentials.create({
      publicKey: {
        challenge: bytes(challenge),
        rp: { id: rp, name },
        user: { id: bytes(userId), name: userName, displayName: userName },
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        excludeCredentials: keys(form),
        authenticatorSelection: { userVerification: 'preferred' },
        attestation: 'none',
      },
    });
    fill(form, {
      client_data_json: text(response.clientDataJSON),
      authenticator_data: text(response.getAuthenticatorData()),
    });
  }

  const form = document.getElementById('passkey');
  const button = form?.querySelector('[data-passkey]');
  button?.addEventListener('click', async () => {
    const failed = document.getElementById('passkey-failed');
    failed.hidden = true;
    try {
      await (button.dataset.passkey === 'create' ? create(form) : get(form));
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
})();
