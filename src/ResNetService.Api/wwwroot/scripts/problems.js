const prefix = 'urn:resnetservice:problem:';

/**
 * What each type of problem means to the person at the page, and what to do. `again` says that the same request may succeed later;
 * `waits`, that the page itself comes back when the service says so; `asksForKey`, that it comes back with another key.
 */
const words = {
  'invalid-request': { says: 'The service does not understand this request.' },
  'unauthenticated': { says: 'The service does not take this key.', asksForKey: true },
  'forbidden': { says: 'This key may not do that.', asksForKey: true },
  'unknown-model': { says: 'This model is no longer served. Choose another one.' },
  'unknown-route': { says: 'This service does not have that function.' },
  'method-not-allowed': { says: 'This service does not have that function.' },
  'request-timeout': { says: 'The photograph arrived too slowly. Try again over a faster connection, or send a smaller one.', again: true },
  'too-many-bytes': { says: 'The file is too large. Save the photograph smaller and send it again.' },
  'too-many-pixels': { says: 'The photograph has too many pixels. Make it smaller and send it again.' },
  'unsupported-media-type': { says: 'The service does not take this kind of file.' },
  'unsupported-image': { says: 'This is not a picture that the service can read. Save it as JPEG or PNG.' },
  'corrupt-image': { says: 'The picture is damaged. Open it in another program and save it again.' },
  'no-image-classified': { says: 'No photograph could be classified.' },
  'queue-full': { says: 'The service is busy.', waits: true },
  'rate-limited': { says: 'The service takes no more from you for now.', waits: true },
  'memory-full': { says: 'The service is busy.', waits: true },
  'identity-unavailable': { says: 'The service cannot check who you are just now.', waits: true },
  'not-ready': { says: 'The service is starting or stopping.', waits: true },
  'internal': { says: 'The service failed. The photograph may be in order.', again: true },
  'deadline-exceeded': { says: 'The answer took too long. Try again when the service has less to do.', again: true },
};

/** A request without an answer, in words. */
export class Problem extends Error {
  /**
   * @param {string} says a plain sentence with what to do
   * @param {{detail?: string, again?: boolean, retryAfter?: number, asksForKey?: boolean, unreachable?: boolean, status?: number}} more
   *   detail: the service's own words; again: trying later may help; retryAfter: seconds after which the page tries by itself.
   */
  constructor(says, more = {}) {
    super(says);
    Object.assign(this, { detail: '', again: false, retryAfter: undefined, asksForKey: false, unreachable: false, status: 0 }, more);
  }

  /** From a body of type application/problem+json, or the error of one image in an answer. */
  static of({ type = '', detail = '', status = 0 }, retryAfter) {
    const known = words[type.startsWith(prefix) ? type.slice(prefix.length) : ''];
    const waits = known?.waits || (retryAfter !== undefined && (status === 429 || status === 503));
    return new Problem(known?.says ?? `The service answered with status ${status}.`, {
      detail, status,
      asksForKey: known?.asksForKey ?? false,
      again: known?.again ?? (!known && status >= 500),
      retryAfter: waits ? retryAfter ?? 2 : undefined,
    });
  }

  static unreachable() {
    return new Problem('The service cannot be reached. It may be restarting.', { unreachable: true, retryAfter: 1 });
  }

  static empty() {
    return new Problem('The file is empty. Choose another one.');
  }

  static silent() {
    return new Problem('The service has not answered for a minute and a half. Try again later.', { again: true });
  }

  static noModel() {
    return new Problem('The service has no model that is ready.', { retryAfter: 5 });
  }

  static interrupted() {
    return new Problem('The connection broke while the photograph was sent. A very large file can be the reason.', { again: true });
  }
}
