import type { Emulator } from '../src/index.ts'

export const audience = 'https://cloudpartner.azure.com'

/** The form fields of a correct token request of the first app, apart from resource or scope. */
export function credentials(emulator: Emulator): Record<string, string> {
  return {
    grant_type: 'client_credentials',
    client_id: emulator.env['AZURE_CLIENT_ID'] ?? '',
    client_secret: emulator.env['AZURE_CLIENT_SECRET'] ?? '',
  }
}

/** Posts a form to a token endpoint; `tenant` and `fields` replace what the first app would send. */
export async function requestToken(
  emulator: Emulator,
  version: 'v1' | 'v2',
  fields: Record<string, string | undefined> = {},
  tenant: string = emulator.env['AZURE_TENANT_ID'] ?? '',
): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
  const target = version === 'v1' ? { resource: audience } : { scope: `${audience}/.default` }
  const all = Object.entries({ ...credentials(emulator), ...target, ...fields })
  const form = new URLSearchParams(
    all.filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  const path = version === 'v1' ? 'oauth2/token' : 'oauth2/v2.0/token'
  const response = await fetch(`${emulator.origin}/${tenant}/${path}`, {
    method: 'POST',
    body: form,
  })
  const body = (await response.json()) as Record<string, unknown>
  return { status: response.status, headers: response.headers, body }
}

/** A token of the first app for the portal. */
export async function freshToken(emulator: Emulator): Promise<string> {
  const { body } = await requestToken(emulator, 'v2')
  return String(body['access_token'])
}

/** Sends a request to the portal with a token. */
export function send(
  emulator: Emulator,
  token: string,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  return fetch(`${emulator.origin}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) },
  })
}
