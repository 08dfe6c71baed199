// node tools/docs/errors.ts: writes docs/errors.md from the tables that the package itself explains errors with.
import { writeFileSync } from 'node:fs'
import { aadstsCodes } from '../../packages/core/src/authority/aadsts.ts'
import type {
  CloudPartnerAuthErrorCode,
  CloudPartnerAuthErrorFacts,
} from '../../packages/core/src/cloud-partner-auth-error.ts'
import { portalAnswers } from '../../packages/core/src/presets/portal-answers.ts'

const codes: Readonly<Record<CloudPartnerAuthErrorCode, readonly [meaning: string, todo: string]>> =
  {
    authority_refused: [
      'The token endpoint said no, with an OAuth error and mostly an AADSTS code.',
      'What the message says, or the [table of codes](#aadsts-codes) below. Asked again after 5, 20, 60 and then every 300 s; a changed secret or certificate is seen within a second.',
    ],
    authority_unavailable: [
      'The token endpoint is busy or failing: 408, 429, 5xx, or a code that passes by itself.',
      'Nothing, mostly: it was tried for up to 30 s, and the next request tries again, not before `retryAt`.',
    ],
    authority_unreachable: [
      'No answer, or half of one: refused, reset, DNS, TLS.',
      'What the message says; for a network that fails, check DNS, proxy, firewall and `AZURE_AUTHORITY_HOST`. A certificate, a 407 of a proxy and a version of TLS last, and are told at once.',
    ],
    authority_redirected: [
      'The token endpoint answered with a redirect. A secret goes to no other host, so it was not followed.',
      'Set the authority host to where tokens are really issued; look for a captive portal or a proxy.',
    ],
    authority_answer_invalid: [
      'The answer holds no usable token: HTML, no token, no lifetime, characters that no header may hold.',
      'Check that the authority host is that of Entra (or of the emulator), and that nothing in between rewrites answers.',
    ],
    acquisition_timed_out: [
      'The credential gave nothing within 10 s a try and 30 s in all.',
      'Check the network path to the authority; a callback of your own may hang.',
    ],
    credential_failed: [
      'The credential failed before it asked the authority: a file or vault that cannot be read, a certificate that does not fit its key.',
      'Look at `cause`. A reading that works again ends the wait within a second.',
    ],
    environment_incomplete: [
      'The variables of the environment describe no credential, or one is malformed. They are read when a token is first needed, and again at most once a second until they suffice.',
      'Set what the message names, or pass `cloudPartnerAuth({ credential })`.',
    ],
    emulator_in_effect: [
      '`CLOUD_PARTNER_EMULATOR` is set, and the request is for the live service, or the credential for a real authority.',
      "Take the preset's `baseUrl` for the client's base URL, or unset the variable.",
    ],
    proxy_reads_token: [
      'A proxy on the way of the request would have read the token: axios before 1.16 asks a proxy for an https URL in clear, and all do so for http on loopback.',
      'For an https API a newer axios, or an agent that tunnels; for loopback `proxy: false` or `NO_PROXY`.',
    ],
  }

const facts: Readonly<Record<keyof CloudPartnerAuthErrorFacts, string>> = {
  retryable: 'whether the same request may succeed later without anyone changing anything',
  retryAt: 'no token request is made before this instant (milliseconds since the Unix epoch)',
  since: 'when a failure that lasts was first seen',
  status: 'HTTP status of the token endpoint',
  oauthError: '`error` of its answer, such as `invalid_client`',
  aadsts: 'number of the AADSTS code',
  correlationId: 'for the sign-in logs of Entra and for its support',
  traceId: 'likewise',
}

/** The whole page. */
export function errorsPage(): string {
  return `<!-- Made by "node tools/docs/errors.ts"; change the tables it reads. -->

# Errors

Two things can go wrong, and they look different. Either **no token can be had**: then the request was not sent, and your client
fails with a \`CloudPartnerAuthError\`. Or **the API answers with an error**: then your client throws or returns what it always does,
untouched, and \`auth.explain()\` says what happened to this very request, what it means and what to do.

\`\`\`js
import { cloudPartnerAuth, cloudPartnerFetch, cloudPartnerPortal } from '@cloud-partner-auth/fetch'

const auth = cloudPartnerAuth()
const fetch = cloudPartnerFetch(auth)

try {
  const response = await fetch(\`\${cloudPartnerPortal.baseUrl}/api/publishers/contoso/offers\`)
  if (!response.ok) console.log(String(auth.explain({ response, body: await response.text() })))
} catch (error) {
  console.log(String(auth.explain(error)))
}
\`\`\`

## No token

The message starts with the code and ends with what to do. It holds no secret and no token, nor does anything else of the error.

${table(
  ['code', 'means', 'what to do'],
  Object.entries(codes).map(([code, [meaning, todo]]) => [`\`${code}\``, meaning, todo]),
)}

\`isCloudPartnerAuthError(error)\` tells them apart. Each fact is there where it is known:

${table(
  ['field', 'is'],
  [['code', 'one of the above'], ...Object.entries(facts)].map(([field, is]) => [
    `\`${field}\``,
    is ?? '',
  ]),
)}

## AADSTS codes

What Entra answers to the token request of a service principal. Codes come and go: show them to people, and branch on \`retryable\`.

${table(
  ['code', 'means', 'what to do', ''],
  Object.entries(aadstsCodes).map(([code, { meaning, remedy, transient }]) => [
    `<a id="aadsts${code}"></a>${code}`,
    meaning,
    remedy,
    transient ? 'passes by itself' : '',
  ]),
)}

## Answers of the Cloud Partner Portal

\`auth.explain(failed)\` takes the error of axios, got or ky, or an answer, and returns \`{ status, code, happened, meaning, remedies }\`,
which prints as sentences. It says what happened to this very request: whether its URL is covered, whose Authorization it carried, whether
the token was refused and renewed, and whether the request was sent again or why not. Where nothing is known, as of another client's
answer, it says so. It copes with bodies that are JSON, plain text, HTML or bytes.

${table(['client', 'one line'], oneLiners)}

${table(
  ['answer', 'means', 'what to do, the likeliest first'],
  portalAnswers.map(({ status, code, meaning, remedies }) => [
    [status === 500 ? '5xx' : status, code].filter(Boolean).join(' '),
    meaning,
    remedies.join('<br>'),
  ]),
)}
`
}

const oneLiners = [
  ['axios, got, ky', '`catch (error) { console.error(String(auth.explain(error))) }`'],
  [
    'fetch',
    '`if (!response.ok) console.error(String(auth.explain({ response, body: await response.text() })))`',
  ],
]

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), `|${head.map(() => ' --- ').join('|')}|`, ...rows.map(line)].join('\n')
}

if (import.meta.main) writeFileSync(new URL('../../docs/errors.md', import.meta.url), errorsPage())
