import {
  type AccessToken,
  type CloudPartnerAuth,
  clientSecret,
  cloudPartnerAuth,
  tokenEndpoint,
} from '@cloud-partner-auth/core'
import { type Answer, authorized } from '@cloud-partner-auth/core/adapter'
import type { Subject } from '../src/subject.ts'
import { reference } from './reference-client.ts'
import { type Fetch, fetchExchange, referenceFetch } from './reference-fetch.ts'
import {
  aborted,
  changing,
  core,
  eachTime,
  exchange,
  failingWithTheRenewal,
  following,
  followingFetch,
  joined,
  joinedBeforeFragment,
  pathless,
  refusedBy401,
  renewing,
  source,
  unversioned,
} from './unsound.ts'

/** An adapter, or a core beneath it, that is sound but for one mistake, and the cases that must find it out. */
export interface Mistake {
  /** Completes "an adapter that …". */
  readonly that: string
  readonly subject: Partial<Subject<Fetch>>
  /** Matched against topic and title of each case. */
  readonly foundBy: readonly RegExp[]
}

const resents = /again whole or not at all \((?!Node stream|web stream|async)/
const streams = /\((Node stream|web stream|async generator)\)$/

// This is the mistake: state in a module.
let globalToken: Promise<AccessToken> | undefined
let globalMemory: CloudPartnerAuth | undefined

export const mistakes: readonly Mistake[] = [
  {
    that: 'takes anything for an auth',
    subject: {
      adapter: auth => async (input, init) => authorized(auth, fetchExchange(String(input), init)),
    },
    foundBy: [/^the account of a request/],
  },
  {
    that: 'does not tell by which object its answers are delivered',
    subject: exchange(sound => ({
      answer(result) {
        const answer = sound.answer(result)
        return answer && { ...answer, delivered: undefined }
      },
    })),
    foundBy: [
      /^a failed request is explained where (the URL|it carried|it is forbidden|a renewed)/,
      /explains a 403 of the marketplace/,
    ],
  },
  {
    that: 'remembers what happened for all auths',
    subject: {
      core: core(options => {
        const auth = cloudPartnerAuth(options)
        globalMemory ??= auth
        const { remember, explain } = globalMemory
        return { ...auth, remember, explain } as CloudPartnerAuth
      }),
    },
    foundBy: [/its own auth knows it/],
  },
  {
    that: 'asks for a token for each request',
    subject: { core: core(options => eachTime(() => cloudPartnerAuth(options))) },
    foundBy: [
      /1,000 cold.*tokenEndpoint/,
      /one after another/,
      /CommonJS build with any auth/,
      /for five token requests/,
      /that want of rights/,
    ],
  },
  {
    that: 'renews a token for each refusal',
    subject: { core: core(options => renewing(options)) },
    foundBy: [/one after another/, /8 token requests/],
  },
  {
    that: 'has one token for all auths',
    subject: source(({ get, renew }) => {
      globalToken ??= get()
      return { get: () => globalToken ?? get(), renew }
    }),
    foundBy: [/two auths apart/],
  },
  {
    that: 'follows redirects of the token request',
    subject: {
      core: {
        cloudPartnerAuth,
        clientSecret: options => clientSecret({ ...options, fetch: followingFetch }),
        tokenEndpoint: options => tokenEndpoint({ ...options, fetch: followingFetch }),
      },
    },
    foundBy: [/takes no secret/],
  },
  {
    that: 'never renews',
    subject: source(({ get }) => ({ get, renew: async refused => refused })),
    foundBy: [
      /1,000 cold.*clientSecret/,
      /^a refused token sends a/,
      /leaves no connection/,
      /refused behind a redirect/,
      /refused in any attempt/,
      /^transparency runs user code as often/,
      /^secrets .*sent once or twice/,
      /^builds/,
      resents,
      /^streamed answers has/,
    ],
  },
  {
    that: 'fails when the renewal does',
    subject: { adapter: failingWithTheRenewal },
    foundBy: [/when the renewal fails/],
  },
  {
    that: 'sends again whatever was answered 401',
    subject: {
      adapter: auth => async (input, init) => {
        const send = referenceFetch(auth)
        const response = await send(input, init)
        return response.status === 401 ? send(input, init) : response
      },
    },
    foundBy: [/at most once/, /the same token/, /when told so/, /final/, /alone, refused or not/],
  },
  {
    that: 'keeps the connection of a refused answer',
    subject: exchange(() => ({ discard() {} })),
    foundBy: [/leaves no connection/],
  },
  {
    that: 'sends without a token when there is none',
    subject: source(({ get, renew }) => ({
      get: options =>
        get(options).catch(() => ({ reveal: () => 'none', acquiredAt: 0, expiresAt: 1 })),
      renew,
    })),
    foundBy: [/^no token/],
  },
  {
    that: 'ends the waiting of all with that of one',
    subject: source(({ get, renew }) => {
      let shared: ReturnType<typeof get> | undefined
      return {
        get(options) {
          shared ??= get(options)
          return shared
        },
        renew,
      }
    }),
    foundBy: [/that wait only/, /own time-out/],
  },
  {
    that: 'makes an error of its own of an abort',
    subject: {
      adapter: auth => (input, init) =>
        referenceFetch(auth)(input, init).catch(thrown => {
          throw init?.signal?.aborted ? new Error('aborted') : thrown
        }),
    },
    foundBy: [/^waiting/],
  },
  {
    that: 'goes on after an abort',
    subject: exchange((_, { signal, ...init }, url) => ({
      send: attempt => {
        const sent = fetchExchange(url, init).send(attempt)
        return signal ? Promise.race([sent, aborted(signal)]) : sent
      },
    })),
    foundBy: [/frees its connection/, /up half-way/],
  },
  {
    that: 'shows the token to every hop',
    subject: following({ authorization: 'always' }),
    foundBy: [
      /^redirects follows .* to (another port|another host|a host beneath|a foreign origin and back)/,
      /leaves https/,
      /to no other API/,
    ],
  },
  {
    that: 'shows the token to the first hop only',
    subject: following({ authorization: 'first' }),
    foundBy: [
      /^redirects follows .* to the same origin/,
      /^redirects follows a redirect within the origin/,
      /refused behind a redirect/,
    ],
  },
  {
    that: 'judges each hop by itself',
    subject: following({ authorization: 'covered' }),
    foundBy: [
      /^redirects follows .* (foreign origin and back|from a foreign origin) as/,
      /no token$/,
    ],
  },
  {
    that: 'adds the version to every hop',
    subject: following({ authorization: 'covered', version: true }),
    foundBy: [/^redirects follows .* to another covered origin/],
  },
  {
    that: 'takes the 401 of any hop for a refusal',
    subject: exchange(({ answer }) => ({
      answer: response => ({ ...told(answer(response)), url: '' }),
    })),
    foundBy: [
      /what a foreign origin says/,
      /within the origin to (another Api's path|a path that no Api lists) with/,
    ],
  },
  {
    that: 'does not tell that it was redirected to where it came from',
    subject: exchange(({ answer }) => ({
      answer: response => ({ ...told(answer(response)), redirected: undefined }),
    })),
    foundBy: [/redirected to its own URL/],
  },
  {
    that: 'does not tell of the challenge',
    subject: exchange(({ answer }) => ({
      answer: response => ({ ...told(answer(response)), challenge: undefined }),
    })),
    foundBy: [/what the API says is one/, /claims that the API demands/],
  },
  {
    that: 'does not tell of the method',
    subject: exchange(() => ({ method: undefined })),
    foundBy: [/begins no POST anew/],
  },
  {
    that: "overwrites the caller's Authorization",
    subject: exchange(() => ({ authorizationSet: false })),
    foundBy: [/own authorization header/i],
  },
  {
    that: 'adds the version whatever is there',
    subject: { core: unversioned, adapter: auth => changing(auth, joinedBeforeFragment) },
    foundBy: [/own version alone/],
  },
  {
    that: 'adds no version',
    subject: { core: unversioned },
    foundBy: [
      /^URLs (adds the version|picks)/,
      /adds a header and the version/,
      /each with its token and version/,
      /^redirects follows .* to another covered origin/,
    ],
  },
  {
    that: 'writes the query anew',
    subject: {
      core: unversioned,
      adapter: auth =>
        changing(auth, text => {
          const url = new URL(text)
          url.searchParams.set('api-version', '2017-10-31')
          return url.href
        }),
    },
    foundBy: [/"\/api\/offers\?(a=b\+c|\$filter|flag|a,b:c)/, /of any URL/, /own version alone/],
  },
  {
    that: 'adds the version at the end, behind a fragment too',
    subject: { core: unversioned, adapter: auth => changing(auth, joined) },
    foundBy: [/"\/api\/offers(\?|\?a=1)?#fragment/],
  },
  {
    that: 'takes no notice of paths',
    subject: { core: pathless },
    foundBy: [/to a path that no API has/],
  },
  {
    that: 'takes a 401 alone for a refusal',
    subject: { core: refusedBy401 },
    foundBy: [/whose token a 403 refuses/],
  },
  {
    that: 'gives a token to any URL',
    subject: {
      core: core(options => {
        const auth = cloudPartnerAuth(options)
        return { ...auth, covering: () => auth.covering(options.apis?.[0]?.origins[0] ?? '') }
      }),
    },
    foundBy: [/^uncovered URLs sends a request to another/, /though the base is covered/],
  },
  {
    that: 'drops the user name of a URL',
    subject: {
      adapter: auth => (input, init) =>
        referenceFetch(auth)(String(input).replace(/\/\/[^/]*@/, '//'), init),
    },
    foundBy: [/^uncovered URLs .* user name/],
  },
  {
    that: 'makes a stream of every body',
    subject: {
      adapter: auth => (input, init) => {
        const { body, headers: type } = new Response(init?.body)
        const headers = new Headers(init?.headers)
        for (const [name, value] of type) if (!headers.has(name)) headers.set(name, value)
        return referenceFetch(auth)(input, {
          ...init,
          headers,
          ...(body && { body, duplex: 'half' }),
        } as RequestInit) // Node's types lack `duplex`
      },
    },
    foundBy: [
      /^bodies sends a body .*\((?!Node stream|web stream|async)/,
      resents,
      /a JSON POST again/,
    ],
  },
  {
    that: 'reads every body into memory',
    subject: {
      adapter: auth => async (input, init) =>
        referenceFetch(auth)(input, {
          ...init,
          ...(init?.body && { body: await new Response(init.body).arrayBuffer() }),
        }),
    },
    foundBy: [
      /^bodies sends a body .*(Node stream|web stream|async generator)/,
      new RegExp(`again whole.*${streams.source}`),
      /to a stream POST/,
      /a stream that is redirected/,
      /^memory .*streamed/,
      /^progress/,
    ],
  },
  {
    that: 'keeps more than one copy of a body',
    subject: {
      adapter: auth => async (input, init) => {
        const bytes = init?.body instanceof Uint8Array ? init.body : new Uint8Array()
        const copies = [new Uint8Array(bytes), new Uint8Array(bytes)]
        const response = await referenceFetch(auth)(input, init)
        if (copies.some(({ length }) => length !== bytes.length)) throw new Error('never')
        return response
      },
    },
    foundBy: [/^memory .*in memory/],
  },
  {
    that: 'reads every answer as text',
    subject: {
      adapter: auth => async (input, init) => {
        const response = await referenceFetch(auth)(input, init)
        return new Response(await response.text(), response)
      },
    },
    foundBy: [/^streamed answers (hands over every|frees)/],
  },
  {
    that: 'sends an emptied stream again',
    subject: exchange(({ answer, send }, init, url) => {
      let sent = false
      return {
        send(attempt) {
          if (!sent) {
            sent = true
            return send(attempt)
          }
          const { body: _, ...rest } = init
          return fetchExchange(url, rest).send(attempt)
        },
        answer: response => ({ ...told(answer(response)), replayable: true }),
      }
    }),
    foundBy: [
      new RegExp(`again whole.*${streams.source}`),
      /to a stream POST/,
      /a JSON POST again/,
    ],
  },
  {
    that: 'keeps the token of its first attempt',
    subject: source(({ get, renew }) => {
      let first: ReturnType<typeof get> | undefined
      return {
        get(options) {
          first ??= get(options)
          return first
        },
        renew,
      }
    }),
    foundBy: [/with the token of the time/, /refused in any attempt/],
  },
  {
    that: 'makes an error of a 401 that is final',
    subject: {
      adapter: auth => async (input, init) => {
        const response = await referenceFetch(auth)(input, init)
        if (response.status === 401) throw new TypeError('Unauthorized')
        return response
      },
    },
    foundBy: [/that is final/, /to a stream POST/, /at most once/],
  },
  {
    that: 'adds a header of its own',
    subject: {
      adapter: auth => (input, init) => {
        const headers = new Headers(init?.headers)
        headers.set('x-adapter', 'yes')
        return referenceFetch(auth)(input, { ...init, headers })
      },
    },
    foundBy: [
      /adds a header and the version/,
      /^uncovered URLs .* to another/,
      /^bodies sends a body as/,
    ],
  },
  {
    that: 'makes errors of its own of what went wrong',
    subject: {
      adapter: auth => async (input, init) => {
        const response = await referenceFetch(auth)(input, init).catch(cause => {
          throw new Error('it failed', { cause })
        })
        if (response.status >= 400) throw new Error(`HTTP ${response.status}`)
        return response
      },
    },
    foundBy: [/^transparency (delivers|fails)/],
  },
  {
    that: 'runs user code twice',
    subject: {
      create(send, { user, ...options }) {
        const twice = send &&
          user && {
            ...user,
            request() {
              user.request()
              user.request()
            },
          }
        return reference.create(send, { ...options, user: twice ?? user })
      },
    },
    foundBy: [/runs user code/],
  },
  {
    that: 'tells in every answer and error what was sent',
    subject: exchange(({ send }) => ({
      async send(attempt) {
        const told = { sent: { authorization: attempt.authorization } }
        try {
          return Object.assign(await send(attempt), told)
        } catch (thrown) {
          throw thrown instanceof Error ? Object.assign(thrown, told) : thrown
        }
      },
    })),
    foundBy: [/^secrets/],
  },
  onlyKnown(),
  {
    // This one comes last: its waits go on for a while, and other cases move the clock.
    that: 'does not look at the signal while it waits',
    subject: exchange(() => ({ signal: undefined })),
    foundBy: [/^waiting (?!ends a request under way|gives an upload up)/],
  },
]

/** An adapter that accepts only auths made by its own copy of core. */
function onlyKnown(): Mistake {
  const known = new WeakSet<CloudPartnerAuth>()
  const adapter = (auth: CloudPartnerAuth): Fetch => {
    if (!known.has(auth)) throw new TypeError('auth must be made by cloudPartnerAuth()')
    return referenceFetch(auth)
  }
  return {
    that: 'takes only an auth that its own copy of core has made',
    subject: {
      core: core(options => {
        const auth = cloudPartnerAuth(options)
        known.add(auth)
        return auth
      }),
      adapter,
      commonjs: adapter,
    },
    foundBy: [/^builds/, /^no token/],
  }
}

/** The facts of what is known to be an answer. */
function told(answer: Answer | undefined): Answer {
  return answer ?? { status: 0, url: '', replayable: false }
}
