// What the server tells the page. This file imports nothing, so that the page's scripts, which are checked
// for a browser, can use the same types.

/** One server-sent event: what has happened since the one before. */
export interface Message {
  /** True in a message that tells everything there is; the page forgets what it showed before. */
  readonly first?: boolean
  /** The emulated time. */
  readonly now: number
  /** Oldest first. A request is in it twice: when it arrives and when it has ended. */
  readonly entries: readonly ShownEntry[]
  /** The number of entries that were left out because they came too fast. */
  readonly lost?: number
  /** Absent when it has not changed. */
  readonly state?: ShownState
}

/** One request as a row of the traffic. Which members there are depends on its `type`. */
export interface ShownEntry {
  readonly phase: 'arrived' | 'ended'
  readonly type: 'request' | 'other-request' | 'token-request' | 'discovery-request'
  readonly id: string
  readonly at: number
  /** 0 until it is answered, and when it never is. */
  readonly status: number
  readonly client: string
  readonly fault?: string
  readonly method?: string
  readonly url?: string
  readonly api?: string
  readonly apiVersion?: string
  readonly token?: {
    readonly id: string
    readonly age: number
    readonly claims: Readonly<Record<string, unknown>>
  }
  readonly answer?: {
    readonly when: string
    readonly basis: string
    readonly source: string
  }
  readonly refused?: string
  readonly resendOf?: string
  readonly endpoint?: string
  readonly tenant?: string
  readonly clientId?: string
  readonly resource?: string
  readonly scope?: string
  readonly claims?: string
  readonly credential?: string
  readonly error?: number
  readonly tokenId?: string
}

/** Everything that the page shows besides the traffic. */
export interface ShownState {
  /** How many times faster than real time the emulated time runs. */
  readonly speed: number
  readonly apis: readonly ShownApi[]
  readonly faults: readonly ShownFault[]
  readonly tokens: readonly ShownToken[]
  readonly groups: readonly ShownGroup[]
}

/** One of the emulated APIs. */
export interface ShownApi {
  readonly name: string
  readonly title: string
  readonly audiences: readonly string[]
}

/** A fault that is not used up. */
export interface ShownFault {
  readonly id: string
  readonly fault: Readonly<Record<string, unknown>> & {
    readonly type: string
    readonly count?: number
    readonly path?: string
    readonly on?: string
  }
  readonly applied: number
}

/** A token that was issued, decoded. */
export interface ShownToken {
  readonly id: string
  /** The name of the app. */
  readonly app: string
  readonly state: 'valid' | 'expired' | 'revoked'
  readonly claims: Readonly<Record<string, unknown>>
}

/** Things of one kind that an API holds, such as its offers. */
export interface ShownGroup {
  readonly title: string
  readonly api: string
  /** The newest first. */
  readonly things: readonly ShownThing[]
  /** The number of things that are not in `things`. */
  readonly more: number
}

/** One thing that an API holds. */
export interface ShownThing {
  readonly key: string
  readonly name: string
  readonly status: string
  readonly tone: Tone
  /** Details in a few words. */
  readonly note: string
  /** How far each step of it is. */
  readonly steps?: readonly { readonly name: string; readonly status: StepStatus }[]
}

/** How good a state is: `info` for what is under way, `none` for what is neither good nor bad. */
export type Tone = 'good' | 'info' | 'warn' | 'bad' | 'none'

/** How far a step is. */
export type StepStatus = 'open' | 'running' | 'waiting' | 'done' | 'stopped'

/** What one request and its answer said, without tokens and secrets. */
export interface ShownTranscript {
  readonly request: ShownSide
  readonly answer?: ShownSide
}

/** One side of a transcript. */
export interface ShownSide {
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: number
  /** Absent when the body is not text. JSON is indented. */
  readonly text?: string
  /** True when `text` is only the beginning of the body. */
  readonly cut: boolean
}

/** A command line for a POSIX shell. */
export interface CurlCommand {
  readonly curl: string
}

/** The variables that lead a client to the emulator. */
export interface ShownEnvironment {
  /** With dots in the place of the secret. */
  readonly masked: EnvironmentTexts
  readonly whole: EnvironmentTexts
}

/** Variables, written in each form there is. */
export type EnvironmentTexts = Readonly<Record<'shell' | 'powershell' | 'dotenv' | 'json', string>>
