/**
 * Requests with a bound on how many run at once. One photograph is one request: its answer is there as soon as it can be, its error and
 * its removal touch no other, and the service batches what arrives together anyway.
 */
export class WorkQueue {
  #waiting = [];
  #running = 0;
  #held = false;
  #limit;
  #onRetryLater;
  #onReply;

  /**
   * @param {number} limit requests at once
   * @param {(problem) => void} onRetryLater called when the service asks to come again later, or with a key; the queue is held by then, until release()
   * @param {() => void} onReply called when the service has answered or refused, and when nothing is left to ask
   */
  constructor(limit, onRetryLater, onReply) {
    this.#limit = limit;
    this.#onRetryLater = onRetryLater;
    this.#onReply = onReply;
  }

  /** @param {{signal: AbortSignal, run: () => Promise<void>, fail: (error) => void}} job run throws where there is no answer */
  add(job) {
    this.#waiting.push(job);
    this.#fill();
  }

  /** Before all that wait: somebody looks at the place where the answer will be. */
  addFirst(job) {
    this.#waiting.unshift(job);
    this.#fill();
  }

  release() {
    this.#held = false;
    this.#fill();
    if (this.#running === 0) this.#onReply();
  }

  #fill() {
    while (!this.#held && this.#running < this.#limit && this.#waiting.length > 0) {
      const job = this.#waiting.shift();
      if (!job.signal.aborted) this.#start(job);
    }
  }

  async #start(job) {
    this.#running++;
    try {
      await job.run();
      this.#onReply();
    } catch (error) {
      if (job.signal.aborted) return;
      if (error.retryAfter !== undefined || error.asksForKey) return this.#retryLater(job, error);
      job.fail(error);
      this.#onReply();
    } finally {
      this.#running--;
      this.#fill();
    }
  }

  #retryLater(job, problem) {
    this.#waiting.unshift(job);
    if (this.#held) return;
    this.#held = true;
    this.#onRetryLater(problem);
  }
}
