import fc from 'fast-check'

const second = 1_000

/** The steps a run is made of. Which of them are legal depends on nothing: any may come at any time. */
export type Step =
  | { readonly type: 'get'; readonly abortAfter: number | undefined }
  | { readonly type: 'refused'; readonly which: number; readonly abortAfter: number | undefined }
  | { readonly type: 'challenged'; readonly which: number; readonly claims: string }
  | { readonly type: 'advance'; readonly by: number }
  | CrowdStep
  /** Somebody sets the wall clock, by so many ms. */
  | { readonly type: 'clock'; readonly by: number }
  | AuthorityStep
  | { readonly type: 'rotate' }
  | { readonly type: 'store'; readonly is: 'up' | 'throwing' }
  | { readonly type: 'otherProcessRenews' }
  | { readonly type: 'otherProcessLocks' }

/** Callers one after the other, each of whom gives up after a while. */
export interface CrowdStep {
  readonly type: 'crowd'
  readonly callers: number
  /** Between two of them, in ms. */
  readonly every: number
  readonly abortAfter: number | undefined
}

/** How the authority is from now on. What breaks, refuses in its own words or is final is a credential of other people's. */
export interface AuthorityStep {
  readonly type: 'authority'
  readonly is:
    | 'up'
    | 'busy'
    | 'limiting'
    | 'denying'
    | 'repeating'
    | 'hanging'
    | 'breaking'
    | 'refusingInOtherWords'
    | 'final'
  /** With which it limits, in ms. */
  readonly retryAfter: number
  /** Of the tokens it issues, in ms. */
  readonly lifetime: number
  /** When it would like them to be renewed, in ms; undefined: it does not say. */
  readonly renewIn: number | undefined
}

const abortAfter = fc.option(fc.integer({ min: 0, max: 3 * second }), { nil: undefined, freq: 4 })
const which = fc.nat(3)

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ type: fc.constant('get' as const), abortAfter }) },
    {
      weight: 4,
      arbitrary: fc.record({ type: fc.constant('refused' as const), which, abortAfter }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('challenged' as const),
        which,
        claims: fc.constantFrom('{"a":1}', '{"b":2}'),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        type: fc.constant('advance' as const),
        by: fc.oneof(...[0, 2, 60, 400].map(most => fc.nat(most * second))),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('authority' as const),
        is: fc.constantFrom(
          ...(['up', 'up', 'busy', 'limiting', 'denying', 'repeating', 'hanging'] as const),
          ...(['breaking', 'breaking', 'refusingInOtherWords', 'final'] as const),
        ),
        retryAfter: fc.nat(60 * second),
        lifetime: fc.oneof(
          ...[20, 600, 4_000].map(most => fc.integer({ min: second, max: most * second })),
        ),
        renewIn: fc.option(fc.nat(600 * second), { nil: undefined }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('crowd' as const),
        callers: fc.nat(40),
        every: fc.nat(3 * second),
        abortAfter,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('clock' as const),
        by: fc.integer({ min: -4_000 * second, max: 4_000 * second }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('rotate' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('store' as const),
        is: fc.constantFrom('up', 'throwing'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('otherProcessRenews' as const) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('otherProcessLocks' as const) }) },
  ),
  { minLength: 1, maxLength: 30 },
)
