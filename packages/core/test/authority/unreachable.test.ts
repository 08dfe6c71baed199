import { createServer as createHttp } from 'node:http'
import { createServer as createHttps, type ServerOptions } from 'node:https'
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net'
import nodeFetch from 'node-fetch'
import { afterEach, describe, expect, it } from 'vitest'
import { requestToken } from '../../src/authority/token-request.ts'
import type { CloudPartnerAuthError } from '../../src/cloud-partner-auth-error.ts'
import { cloudPartnerAuth, tokenEndpoint } from '../../src/index.ts'
import { makeCertificate } from '../fixtures/certificate.ts'

const secret = 'Abc8Q~canary-secret'
const day = 24 * 3_600_000

/** The error of one token request to `url` by `fetch`. */
async function failureOf(url: string, fetch?: unknown): Promise<CloudPartnerAuthError> {
  const form = new URLSearchParams({ client_secret: secret })
  const signal = new AbortController().signal
  try {
    await requestToken({ url, form, fetch: fetch as typeof globalThis.fetch, signal })
  } catch (error) {
    return error as CloudPartnerAuthError // its facts are asserted by those who call
  }
  return expect.unreachable('a token was had')
}

const opened: { server: Server; sockets: Set<Socket> }[] = []
afterEach(async () => {
  for (const { server, sockets } of opened.splice(0)) {
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => server.close(resolve))
  }
})

async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', socket => sockets.add(socket))
  opened.push({ server, sockets })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `127.0.0.1:${(server.address() as AddressInfo).port}` // a listening TCP server has one
}

function https(options: ServerOptions = {}, from = Date.now() - day, to = Date.now() + day) {
  const { certificate: cert, key } = makeCertificate({ name: 'login.example', from, to })
  return createHttps({ cert, key: key(), ...options }, (_, response) => response.end('{}'))
}

// What the clients of this process say when they meet it.
const clients: readonly (readonly [string, unknown])[] = [
  ['the global fetch', undefined],
  ['node-fetch', nodeFetch],
]

describe.each(clients)('a token request by %s', (_, fetch) => {
  it.each<[string, () => Server, string, RegExp, boolean]>([
    [
      'a certificate that nobody signed',
      () => https(),
      'https',
      /certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT.*NODE_EXTRA_CA_CERTS/,
      false,
    ],
    [
      'http where TLS is meant',
      () => createHttp(),
      'https',
      /does not speak TLS \(.*wrong version number.*port/i,
      false,
    ],
    [
      'a version of TLS that is too old',
      () => https({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
      'https',
      /none of the TLS versions.*protocol version.*TLS 1\.2/,
      false,
    ],
    [
      'a connection that is dropped',
      () => createTcp(socket => socket.destroy()),
      'http',
      /connection was closed before the answer was complete \(.*Check DNS, proxy and firewall/,
      true,
    ],
    [
      'an answer that breaks off',
      () =>
        createHttp((request, response) => {
          request.resume()
          response.writeHead(200, { 'content-length': 100 }).write('{')
          setTimeout(() => response.destroy(), 20)
        }),
      'http',
      /connection was closed before the answer was complete/,
      true,
    ],
    [
      'something else than HTTP',
      () => createTcp(socket => socket.end('220 mail ready\r\n\r\n')),
      'http',
      /does not speak HTTP/,
      true,
    ],
  ])('that meets %s says so', async (_, make, scheme, expected, retryable) => {
    const host = await listening(make())
    const error = await failureOf(`${scheme}://${host}/`, fetch)
    expect(error).toMatchObject({ code: 'authority_unreachable', retryable })
    expect(error.message).toMatch(expected)
    expect(error.message).toContain(`${host} could not be reached: `)
    expect(error.message).not.toMatch(/\p{Cc}/u)
    expect(error.cause).toBeDefined()
  })

  it('that nobody listens to says so', async () => {
    const host = await listening(createTcp())
    await new Promise(resolve => opened.splice(0)[0]?.server.close(resolve))
    const error = await failureOf(`http://${host}/`, fetch)
    expect(error).toMatchObject({ code: 'authority_unreachable', retryable: true })
    expect(error.message).toMatch(/nothing listens there \(.*ECONNREFUSED/)
  })

  it('whose URL is none says so', async () => {
    const error = await failureOf('http://login.example/', (_: string, init: object) =>
      ((fetch ?? globalThis.fetch) as typeof globalThis.fetch)('login.example', init),
    )
    expect(error).toMatchObject({ code: 'authority_unreachable', retryable: false })
    expect(error.message).toMatch(/URL cannot be sent to \(ERR_INVALID_URL: Invalid URL\)/)
  })
})

/** An error as its library makes it: name, code, message and the one behind it. */
function thrown(name: string, code: string | undefined, message: string, cause?: unknown): Error {
  const error = Object.assign(new Error(message, cause === undefined ? {} : { cause }), { name })
  return code === undefined ? error : Object.assign(error, { code })
}
/** As undici's fetch wraps it. */
function failed(code: string | undefined, message: string): Error {
  return new TypeError('fetch failed', { cause: thrown('Error', code, message) })
}

const untrusted = /its certificate is not trusted .*set NODE_EXTRA_CA_CERTS to a PEM file/
const lasting: readonly (readonly [string, Error, RegExp])[] = [
  // OpenSSL's verify codes, as Node names them (node: ncrypto, X509 error codes).
  ...[
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_GET_CRL',
    'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
    'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
    'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'CERT_SIGNATURE_FAILURE',
    'CRL_SIGNATURE_FAILURE',
    'CRL_NOT_YET_VALID',
    'CRL_HAS_EXPIRED',
    'ERROR_IN_CERT_NOT_BEFORE_FIELD',
    'ERROR_IN_CERT_NOT_AFTER_FIELD',
    'ERROR_IN_CRL_LAST_UPDATE_FIELD',
    'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'CERT_CHAIN_TOO_LONG',
    'INVALID_CA',
    'PATH_LENGTH_EXCEEDED',
    'INVALID_PURPOSE',
    'CERT_UNTRUSTED',
    'CERT_REJECTED',
  ].map(code => [code, failed(code, code.toLowerCase()), untrusted] as const),
  ['UNSPECIFIED', failed('UNSPECIFIED', 'EE certificate key too weak'), untrusted],
  [
    'CERT_HAS_EXPIRED',
    failed('CERT_HAS_EXPIRED', 'certificate has expired'),
    /has expired .*clock/,
  ],
  [
    'CERT_NOT_YET_VALID',
    failed('CERT_NOT_YET_VALID', 'certificate is not yet valid'),
    /not valid yet .*clock/,
  ],
  ['CERT_REVOKED', failed('CERT_REVOKED', 'certificate revoked'), /was revoked/],
  ['HOSTNAME_MISMATCH', failed('HOSTNAME_MISMATCH', 'hostname mismatch'), /for another host/],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    failed('ERR_TLS_CERT_ALTNAME_INVALID', "Hostname/IP does not match certificate's altnames"),
    /for another host .*AZURE_AUTHORITY_HOST/,
  ],
  [
    'Deno: issuer',
    thrown(
      'TypeError',
      undefined,
      'error sending request for url (https://login.example/): client error (Connect): invalid peer certificate: UnknownIssuer',
    ),
    untrusted,
  ],
  [
    'Deno: expired',
    thrown(
      'TypeError',
      undefined,
      'error sending request for url (https://login.example/): client error (Connect): invalid peer certificate: Expired',
    ),
    /has expired/,
  ],
  [
    'Deno: name',
    thrown(
      'TypeError',
      undefined,
      'error sending request: invalid peer certificate: certificate not valid for name "login.example"; NotValidForName',
    ),
    /for another host/,
  ],
  [
    'Deno: http on https',
    thrown(
      'TypeError',
      undefined,
      'error sending request for url (https://login.example/): received corrupt message of type InvalidContentType',
    ),
    /does not speak TLS/,
  ],
  [
    'Deno: permission',
    thrown(
      'NotCapable',
      undefined,
      'Requires net access to "login.example:443", run again with the --allow-net flag',
    ),
    /may not use the network/,
  ],
  [
    'Bun',
    thrown('Error', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate'),
    untrusted,
  ],
  [
    'workerd',
    thrown(
      'Error',
      undefined,
      "TLS peer's certificate is not trusted; reason = self signed certificate",
    ),
    untrusted,
  ],
  [
    'packet length',
    failed('ERR_SSL_PACKET_LENGTH_TOO_LONG', 'error:0A0000C6:SSL routines::packet length too long'),
    /does not speak TLS/,
  ],
  [
    'protocol version',
    failed('EPROTO', 'write EPROTO error:0A000102:SSL routines::unsupported protocol'),
    /none of the TLS versions/,
  ],
  [
    'handshake',
    failed('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'sslv3 alert handshake failure'),
    /none of the TLS versions/,
  ],
  [
    'client certificate',
    failed('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tlsv13 alert certificate required'),
    /asks for a client certificate/,
  ],
  [
    '407 of undici',
    new TypeError('fetch failed', {
      cause: thrown(
        'AbortError',
        'UND_ERR_ABORTED',
        'Proxy response (407) !== 200 when HTTP Tunneling',
      ),
    }),
    /the proxy asks for a user name and a password .*HTTPS_PROXY/,
  ],
  [
    '407 of tunnel',
    thrown('Error', 'ECONNRESET', 'tunneling socket could not be established, statusCode=407'),
    /user name and a password/,
  ],
  [
    '407 of Deno',
    thrown(
      'TypeError',
      undefined,
      'error sending request for url (https://login.example/): client error (Connect): tunnel error: proxy authorization required',
    ),
    /user name and a password/,
  ],
  [
    '403 of a proxy',
    failed('UND_ERR_ABORTED', 'Proxy response (403) !== 200 when HTTP Tunneling'),
    /does not let the request through .*NO_PROXY/,
  ],
  [
    'a dispatcher of another undici',
    failed('UND_ERR_INVALID_ARG', 'invalid onRequestStart method'),
    /dispatcher does not work .*same version of undici/,
  ],
  [
    'a dispatcher that is none',
    new TypeError('fetch failed', { cause: new TypeError('agent.dispatch is not a function') }),
    /dispatcher does not work/,
  ],
  [
    'a mock',
    failed('UND_MOCK_ERR_MOCK_NOT_MATCHED', "Mock dispatch not matched for path '/'"),
    /a mock of the network/,
  ],
]

const passing: readonly (readonly [string, Error, RegExp])[] = [
  [
    'ENOTFOUND',
    failed('ENOTFOUND', 'getaddrinfo ENOTFOUND login.example'),
    /DNS does not know its name \(getaddrinfo ENOTFOUND/,
  ],
  ['EAI_AGAIN', failed('EAI_AGAIN', 'getaddrinfo EAI_AGAIN login.example'), /DNS does not answer/],
  [
    'ECONNREFUSED',
    failed('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:443'),
    /nothing listens there/,
  ],
  [
    'several addresses',
    new TypeError('fetch failed', {
      cause: Object.assign(
        new AggregateError([
          thrown('Error', 'ECONNREFUSED', 'connect ECONNREFUSED ::1:443'),
          thrown('Error', 'ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:443'),
        ]),
        { code: 'ECONNREFUSED' },
      ),
    }),
    /nothing listens there \(connect ECONNREFUSED 127\.0\.0\.1:443\)/,
  ],
  ['ECONNRESET', failed('ECONNRESET', 'read ECONNRESET'), /connection was closed/],
  [
    'before TLS',
    failed(
      'ECONNRESET',
      'Client network socket disconnected before secure TLS connection was established',
    ),
    /connection was closed/,
  ],
  ['UND_ERR_SOCKET', failed('UND_ERR_SOCKET', 'other side closed'), /connection was closed/],
  [
    'UND_ERR_CONNECT_TIMEOUT',
    failed('UND_ERR_CONNECT_TIMEOUT', 'Connect Timeout Error'),
    /did not answer in time/,
  ],
  [
    'UND_ERR_HEADERS_TIMEOUT',
    failed('UND_ERR_HEADERS_TIMEOUT', 'Headers Timeout Error'),
    /did not answer in time/,
  ],
  [
    'UND_ERR_BODY_TIMEOUT',
    failed('UND_ERR_BODY_TIMEOUT', 'Body Timeout Error'),
    /did not answer in time/,
  ],
  ['ETIMEDOUT', failed('ETIMEDOUT', 'connect ETIMEDOUT 10.0.0.1:443'), /did not answer in time/],
  [
    'TimeoutError',
    new DOMException('The operation was aborted due to timeout', 'TimeoutError'),
    /did not answer in time/,
  ],
  [
    'node-fetch',
    thrown('FetchError', 'ETIMEDOUT', 'network timeout at: https://login.example/'),
    /did not answer in time/,
  ],
  ['EHOSTUNREACH', failed('EHOSTUNREACH', 'connect EHOSTUNREACH 10.0.0.1:443'), /no route/],
  [
    '502 of a proxy',
    failed('UND_ERR_ABORTED', 'Proxy response (502) !== 200 when HTTP Tunneling'),
    /the proxy did not connect/,
  ],
  [
    'Deno: refused',
    thrown(
      'TypeError',
      undefined,
      'error sending request for url (https://login.example/): client error (Connect): tcp connect error: Connection refused (os error 111)',
    ),
    /nothing listens there/,
  ],
  [
    'Deno: DNS',
    thrown(
      'TypeError',
      undefined,
      'error sending request for url (https://login.example/): client error (Connect): dns error: failed to lookup address information: Name or service not known',
    ),
    /DNS does not know/,
  ],
  [
    'Bun: refused',
    thrown(
      'Error',
      'ConnectionRefused',
      'Unable to connect. Is the computer able to access the url?',
    ),
    /nothing listens there/,
  ],
  [
    'Bun: closed',
    thrown(
      'Error',
      'ECONNRESET',
      'The socket connection was closed unexpectedly. For more information, pass `verbose: true`',
    ),
    /connection was closed/,
  ],
  [
    'workerd: lost',
    thrown('Error', undefined, 'Network connection lost.'),
    /connection was closed/,
  ],
  [
    'Chrome',
    new TypeError('Failed to fetch'),
    /could not be reached\. TypeError: Failed to fetch\./,
  ],
  ['Safari', new TypeError('Load failed'), /could not be reached\. TypeError: Load failed\./],
  [
    'what nobody knows',
    new Error('It did not work'),
    /could not be reached\. Error: It did not work\. Check DNS/,
  ],
]

describe('what fetch throws', () => {
  it.each(lasting)('lasts and says what to do: %s', async (_, error, expected) => {
    const failure = await failureOf('https://login.example/', () => Promise.reject(error))
    expect(failure).toMatchObject({ code: 'authority_unreachable', retryable: false })
    expect(failure.message).toMatch(expected)
  })

  it.each(passing)('passes: %s', async (_, error, expected) => {
    const failure = await failureOf('https://login.example/', () => Promise.reject(error))
    expect(failure).toMatchObject({ code: 'authority_unreachable', retryable: true })
    expect(failure.message).toMatch(expected)
  })

  it('shows no secret in what it says', async () => {
    for (const [, { message }] of [...lasting, ...passing]) {
      const error = new Error(`${message} of client_secret=${secret}`)
      const failure = await failureOf('https://login.example/', () => Promise.reject(error))
      expect(failure.message).not.toContain(secret)
    }
  })
})

describe('a fetch that is none', () => {
  const axiosLike = async () => ({ data: {}, status: 200, headers: {} })
  it.each<[string, unknown, RegExp]>([
    [
      'nothing to resolve with',
      async () => undefined,
      /resolved with undefined, which is no Response/,
    ],
    ['null', async () => null, /resolved with null/],
    ['a text', async () => '{}', /resolved with string/],
    ['the answer of another client', axiosLike, /resolved with object/],
    [
      'a mistake of its own',
      async (_: string, { agent }: { agent?: { send(): Response } }) =>
        (agent as { send(): Response }).send(),
      /Cannot read properties of undefined/,
    ],
    [
      'a mistake of its own, at once',
      () => {
        throw new ReferenceError('axios is not defined')
      },
      /axios is not defined/,
    ],
    [
      'a signal of another world',
      async () => {
        throw new TypeError(
          'RequestInit: Expected signal ("AbortSignal {}") to be an instance of AbortSignal.',
        )
      },
      /Expected signal/,
    ],
    [
      'a body that is used up',
      async () => {
        const response = new Response('{}')
        await response.text()
        return response
      },
      /locked|disturbed|used/i,
    ],
  ])('fails at once and says what was wrong: %s', async (_, fetch, expected) => {
    const error = await failureOf('https://login.example/', fetch)
    expect(error).toMatchObject({ code: 'credential_failed', retryable: false })
    expect(error.message).toMatch(expected)
    expect(error.message).toMatch(
      /Pass a function that takes a URL and options and resolves with a Response/,
    )
  })
})

describe('a failure that lasts', () => {
  it('is asked for once, and told to all at once', async () => {
    let requests = 0
    const fetch = async () => {
      requests++
      throw failed('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain')
    }
    const credential = tokenEndpoint({
      tenantId: 'contoso.com',
      clientId: '66666666-7777-8888-9999-000000000000',
      secret,
      fetch,
    })
    const apis = [{ name: 'x', origins: ['https://api.example'], audience: 'api://x' }]
    const source = cloudPartnerAuth({ credential, apis }).covering('https://api.example/')?.source
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => source?.get()))
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(requests).toBe(1)
  })
})
