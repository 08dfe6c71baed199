import { deadlineIn, isPast, noPause, over, Pause } from './clocks.ts'

const longest = 60_000

/**
 * The pause between renewals of refused tokens: 1 s, doubling to 60 s while it is started again and again. Left alone for
 * 60 s, it starts over: an API that refuses every token costs seven token requests in the first minute and one a minute
 * from then on, however its requests are spaced, and one that really revoked a token gets a new one at once.
 */
export class RefusalPause {
  #current = noPause
  #length = 0
  #quietFrom = over

  get isOn(): boolean {
    return this.#current.left > 0
  }

  /** Begins the next pause as of `ago` milliseconds ago, when another process renewed the token. */
  start(ago: number): void {
    // Less than a minute without a refusal says nothing about the API: its requests may come no faster.
    this.#length = isPast(this.#quietFrom) ? 1_000 : Math.min(this.#length * 2, longest)
    this.#current = new Pause(this.#length - ago)
    this.#quietFrom = deadlineIn(this.#length - ago + longest)
  }
}
