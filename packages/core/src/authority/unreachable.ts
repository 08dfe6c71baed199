import { CloudPartnerAuthError, safeCause } from '../cloud-partner-auth-error.ts'
import { type Cause, causesOf, innermost, line, told } from '../token/foreign-failure.ts'
import type { FailedRequest } from './token-failure.ts'

/** Why a request got no answer, as whoever made the connection says it. */
interface Reason {
  /** Finds it in the names, codes and messages of what was thrown and of its causes, one a line. */
  readonly in: RegExp
  readonly why: string
  /** What to do. Default: what the kind of token endpoint advises. */
  readonly remedy?: string
  /** Trying again cannot mend it. */
  readonly lasts?: true
}

/**
 * The error of a request that got no answer, or only half of one, or that `fetch` did not make at all. Lasting is what
 * the connection itself says to be so: a certificate, a proxy that wants a password, a version of TLS.
 */
export function unreachable(failed: FailedRequest, thrown: unknown): CloudPartnerAuthError {
  const { host, issuer, secrets, via } = failed
  const cause = safeCause(thrown, secrets)
  const causes = causesOf(thrown)
  const said = causes.map(({ name, code, message }) => `${name} ${code} ${message}`).join('\n')
  if (isMistake(causes)) return noFetch(told(thrown, secrets), cause)
  const reason = reasons.find(one => one.in.test(said))
  if (!reason && isOwnTypeError(thrown, said)) return noFetch(told(thrown, secrets), cause)
  const detail = line(innermost(thrown), secrets)
  const why = reason ? `: ${reason.why}${detail && ` (${detail})`}.` : `. ${told(thrown, secrets)}`
  return new CloudPartnerAuthError(
    'authority_unreachable',
    `${host} could not be reached${via ? ` through ${via}` : ''}${why} ${reason?.remedy ?? issuer.unreachable}`,
    { retryable: !reason?.lasts, cause },
  )
}

const checkHost = 'Check AZURE_AUTHORITY_HOST, or authorityHost, and its port.'
const ofProxy = (status: string) =>
  new RegExp(
    `\\b(proxy|tunnel(ing)?)\\b[^\\n]*\\b${status}\\b|\\b${status}\\b[^\\n]*\\b(proxy|tunnel(ing)?)\\b`,
    'i',
  )

/** The first that fits is taken. The words are those of Node, undici, node-fetch, Deno, Bun, workerd and OpenSSL. */
const reasons: readonly Reason[] = [
  {
    in: new RegExp(`${ofProxy('407').source}|proxy.?auth`, 'i'),
    why: 'the proxy asks for a user name and a password',
    remedy:
      'Put them into the URL of the proxy, percent-encoded: HTTPS_PROXY=http://user:password@host:port.',
    lasts: true,
  },
  {
    in: ofProxy('40[0-6]'),
    why: 'the proxy does not let the request through',
    remedy:
      'Ask whoever runs the proxy to allow CONNECT to this host, or name the host in NO_PROXY.',
    lasts: true,
  },
  {
    in: ofProxy('[1-5]\\d\\d'),
    why: 'the proxy did not connect',
    remedy: 'Check that the proxy reaches this host, or name the host in NO_PROXY.',
  },
  {
    in: /CERT_HAS_EXPIRED|certificate (has|is) expired|certificate: Expired|CertExpired/i,
    why: 'its certificate has expired',
    remedy:
      'Set the clock of this machine; if it is right, the certificate has to be renewed there.',
    lasts: true,
  },
  {
    in: /CERT_NOT_YET_VALID|not yet valid|NotValidYet/i,
    why: 'its certificate is not valid yet',
    remedy: 'Set the clock of this machine.',
    lasts: true,
  },
  {
    in: /ALTNAME|HOSTNAME_MISMATCH|NotValidForName|(hostname|ip address) mismatch|does not match (the )?certificate/i,
    why: 'its certificate is for another host',
    remedy: `Something else may answer in its place. ${checkHost}`,
    lasts: true,
  },
  {
    in: /CERT_REVOKED|certificate (was |has been )?revoked|certificate: Revoked/i,
    why: 'its certificate was revoked',
    remedy: `Something else may answer in its place. ${checkHost}`,
    lasts: true,
  },
  {
    in: /alert (number 116|certificate required)|CERTIFICATE_REQUIRED|CertificateRequired/i,
    why: 'it asks for a client certificate',
    remedy: 'Pass a fetch that presents one.',
    lasts: true,
  },
  {
    in: /\b(DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)|CERT_(SIGNATURE|CHAIN|UNTRUSTED|REJECTED)|CRL_|ERROR_IN_C|INVALID_(CA|PURPOSE|NON_CA)\b|PATH_LENGTH|ERR_TLS_CERT|UnknownIssuer|UnknownCA)|self.signed certificate|unable to (get|verify|find)[^\n]* (certificate|CRL|issuer)|(invalid|bad|untrusted|unknown|unsupported)[^\n]{0,20}\bcertificate|certificate[^\n]*\b(not|too weak|verify|verification|untrusted|unknown|invalid|signature)\b|CERTIFICATE_VERIFY_FAILED/i,
    why: 'its certificate is not trusted',
    remedy:
      'If the network inspects TLS, or the authority has a CA of its own, set NODE_EXTRA_CA_CERTS to a PEM file with that CA before the process starts.',
    lasts: true,
  },
  {
    in: /WRONG.VERSION.NUMBER|PACKET.LENGTH.TOO.LONG|HTTPS?_(PROXY_)?REQUEST\b|InvalidContentType|InvalidMessage|NOT_SSL|http request\b[^\n]*\.c:/i,
    why: 'what answers there does not speak TLS',
    remedy: `${checkHost} The URL of a proxy mostly begins with http://, also in HTTPS_PROXY.`,
    lasts: true,
  },
  {
    in: /PROTOCOL.VERSION|UNSUPPORTED.PROTOCOL|UNKNOWN.PROTOCOL|NO.PROTOCOLS|HANDSHAKE.FAILURE|NO.SHARED.CIPHER|NO.CIPHER|INSUFFICIENT.SECURITY|INAPPROPRIATE.FALLBACK|KEY.TOO.SMALL|LEGACY|VERSION.TOO.(LOW|HIGH)|PeerIncompatible|TLS version/i,
    why: 'it takes none of the TLS versions and ciphers of this process',
    remedy: 'TLS 1.2 or newer is needed on both sides, and on whatever inspects TLS between them.',
    lasts: true,
  },
  {
    in: /MOCK_NOT_MATCHED|NOCK|net connect|\bMSW\b/i,
    why: 'a mock of the network has no answer for it',
    remedy: 'Let it answer the token request, or let that through.',
    lasts: true,
  },
  {
    in: /UND_ERR_(INVALID_ARG|INVALID_RETURN|NOT_SUPPORTED|DESTROYED|CLOSED)|dispatch is not a function/,
    why: 'the dispatcher does not work',
    remedy:
      'Pass a fetch with a dispatcher of the same version of undici, which has not been closed.',
    lasts: true,
  },
  {
    in: /ERR_INVALID_URL|Failed to parse URL|Invalid URL|Only absolute URLs|(unknown|URL) scheme|bad port/i,
    why: 'its URL cannot be sent to',
    remedy: checkHost,
    lasts: true,
  },
  {
    in: /ERR_ACCESS_DENIED|NotCapable|PermissionDenied|Requires net access/,
    why: 'this process may not use the network',
    remedy: 'Allow it to, such as with --allow-net.',
    lasts: true,
  },
  {
    in: /ENOTFOUND|ENODATA|dns error|DNS lookup failed|DNSException|Name or service not known/i,
    why: 'DNS does not know its name',
  },
  { in: /EAI_|ESERVFAIL|getaddrinfo|failed to lookup/, why: 'DNS does not answer' },
  { in: /ECONNREFUSED|Connection ?Refused|Unable to connect/i, why: 'nothing listens there' },
  {
    in: /EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|ENETRESET/,
    why: 'no route leads there',
  },
  { in: /TIMED?_?OUT|timed? ?out|deadline/i, why: 'it did not answer in time' },
  {
    in: /ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET|PREMATURE_CLOSE|premature close|socket hang up|other side closed|terminated|reset by peer|network connection (was )?lost|connection ?(was )?closed|socket (was )?closed/i,
    why: 'the connection was closed before the answer was complete',
  },
  {
    in: /EMFILE|ENFILE|ENOBUFS/,
    why: 'this process, or its machine, has no more connections to give',
    remedy: 'Look for connections or files that are never closed, or raise the limit (ulimit -n).',
  },
  { in: /EACCES|EPERM/, why: 'the system does not let this process connect' },
  {
    in: /HPE_|HTTPParserError|does not match the HTTP|Parse Error/,
    why: 'what answers there does not speak HTTP',
    remedy: checkHost,
  },
]

/** What a runtime says of a mistake in code. */
const mistake =
  /\bis not (a function|a constructor|defined|iterable|an object)|cannot (read|set|access|destructure|convert|use)|can't access|undefined is not|null is not|of (undefined|null)\b|illegal invocation|instance ?of AbortSignal/i

function isMistake(causes: readonly Cause[]): boolean {
  return causes.some(
    ({ name, message }) =>
      /^(Type|Reference|Syntax|Range)Error$/.test(String(name)) &&
      mistake.test(String(message)) &&
      !/dispatch is not/.test(String(message)),
  )
}

/** Each runtime has a TypeError for a network that fails, and its own words in it. */
function isOwnTypeError(thrown: unknown, said: string): boolean {
  const { name } = causesOf(thrown)[0] ?? {}
  return (
    /^(Type|Reference|Syntax|Range)Error$/.test(String(name)) &&
    !/fetch failed|failed to fetch|networkerror|network request failed|load failed|error sending request|fetch\(\)|connection/i.test(
      said,
    )
  )
}

function noFetch(said: string, cause: Error | undefined): CloudPartnerAuthError {
  return new CloudPartnerAuthError(
    'credential_failed',
    `The fetch that should have sent the token request failed by itself: ${said} Pass a function that takes a URL and options and resolves with a Response, as the global fetch does.`,
    { retryable: false, cause },
  )
}
