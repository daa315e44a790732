const longestWaitSeconds = 60;

/**
 * Classifies photographs through a running service, any number of them in one request. For Node and for browsers.
 * @param {string} url of the service, for example http://localhost:8080
 * @param {Iterable<File>} photographs in a browser those of <input type="file" multiple>
 * @param {object} [options] `key`: the service's, or a token, where it asks for one
 * @returns the service's reply; its results stand in the order of the photographs
 * @throws {Error} where no photograph has an answer; the message says why
 */
export async function classify(url, photographs, { key, topK = 5, attempts = 5, timeoutSeconds = 60 } = {}) {
  const form = new FormData();
  for (const photograph of photographs) {
    form.append("image", photograph, photograph.name);
  }
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  for (let attempt = 1; ; attempt++) {
    const signal = AbortSignal.timeout(1000 * timeoutSeconds);
    const reply = await fetch(`${url}/classify?topK=${topK}`, { method: "POST", headers, body: form, signal });
    if (reply.ok) {
      return reply.json();
    }
    if (![429, 503].includes(reply.status) || attempt === attempts) {
      throw new Error(await reason(reply));
    }
    const asked = parseInt(reply.headers.get("Retry-After") ?? "", 10);
    const seconds = Math.min(Number.isNaN(asked) ? 2 ** (attempt - 1) : asked, longestWaitSeconds);
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  }
}

/** What the service says; its errors are application/problem+json, a proxy's need not be. */
async function reason(reply) {
  const isProblem = reply.headers.get("Content-Type")?.startsWith("application/problem+json");
  return isProblem ? (await reply.json()).detail : `the server answered ${reply.status}`;
}
