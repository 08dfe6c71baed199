import { AsyncLocalStorage } from 'node:async_hooks'

/** A time of the simulation's own, in milliseconds since it began. It passes only in `run`. */
export interface VirtualTime {
  readonly now: number
  /** Lets time pass until then, all that is due in its order. */
  run(until: number): Promise<void>
  at(when: number, work: () => void): void
  /** Runs `work`, and all that comes of it, in a process whose clock is wrong by so much. */
  asProcess<T>(clockOff: number, work: () => T): T
}

interface Timer {
  readonly at: number
  readonly order: number
  work: (() => void) | undefined
}

// Any instant does; one with round figures is easier to read in what is printed.
const epoch = Date.parse('2026-01-01T00:00:00Z')
const { setImmediate: nextTurn } = globalThis

/**
 * Takes the place of the clocks and timers of this process, for good, and of what else would not be the same in every
 * run: chance, and hashes that are made on other threads.
 */
export function installVirtualTime(): VirtualTime {
  const queue: Timer[] = []
  const clocks = new AsyncLocalStorage<{ readonly off: number }>()
  let now = 0
  let order = 0

  function schedule(work: () => void, ms = 0): Timer {
    const timer = { at: now + Math.max(0, ms), order: order++, work }
    push(queue, timer)
    return timer
  }

  const fake = {
    setTimeout: (work: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
      const inContext = AsyncLocalStorage.snapshot()
      const timer = schedule(() => inContext(work, ...args), ms)
      return Object.assign(timer, { ref: () => timer, unref: () => timer })
    },
    clearTimeout: (timer: Timer | undefined) => {
      if (timer) timer.work = undefined
    },
  }
  Object.assign(globalThis, fake)
  Date.now = () => Math.floor(epoch + now + (clocks.getStore()?.off ?? 0))
  performance.now = () => now

  return {
    get now() {
      return now
    },
    async run(until) {
      while (queue[0] && queue[0].at <= until) {
        now = queue[0].at
        while (queue[0]?.at === now) pop(queue).work?.()
        // All that follows without time passing: chains of promises have run to their ends by the next turn.
        await new Promise(resume => nextTurn(resume))
      }
      now = until
    },
    at: (when, work) => void schedule(work, when - now),
    asProcess: (off, work) => clocks.run({ off }, work),
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order)
}

/** A binary heap: its first is due first. */
function push(heap: Timer[], timer: Timer): void {
  let place = heap.push(timer) - 1
  while (place > 0) {
    const parent = (place - 1) >> 1
    if (!isBefore(timer, heap[parent] as Timer)) break
    heap[place] = heap[parent] as Timer
    place = parent
  }
  heap[place] = timer
}

function pop(heap: Timer[]): Timer {
  const first = heap[0] as Timer
  const last = heap.pop() as Timer
  if (heap.length === 0) return first
  let place = 0
  for (;;) {
    let child = 2 * place + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Timer, heap[child] as Timer)) child++
    if (!isBefore(heap[child] as Timer, last)) break
    heap[place] = heap[child] as Timer
    place = child
  }
  heap[place] = last
  return first
}
