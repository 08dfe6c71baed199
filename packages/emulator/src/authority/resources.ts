/** The audience of the portal's tokens. */
export const portalAudience = 'https://cloudpartner.azure.com'

/** The audience of SaaS fulfillment and metering. */
export const marketplaceAudience = '20e940b3-4c77-4b0b-9a53-9e16a1b010a7'

/** What a v1 token request without `resource` gets a token for: Azure AD Graph. */
export const defaultResource = '00000002-0000-0000-c000-000000000000'

const wellKnown = [
  portalAudience,
  defaultResource,
  'https://graph.windows.net',
  'https://graph.microsoft.com',
  'https://management.azure.com',
  'https://management.core.windows.net',
  'https://vault.azure.net',
  'https://storage.azure.com',
  'https://api.partner.microsoft.com',
  'https://api.partnercenter.microsoft.com',
  marketplaceAudience,
]

/** Whether a tenant has a service principal for a resource; a final slash makes no difference. */
export function resourceIndex(more: readonly string[] = []): (resource: string) => boolean {
  const known = new Set([...wellKnown, ...more].map(withoutSlash))
  return resource => known.has(withoutSlash(resource))
}

function withoutSlash(resource: string): string {
  return resource.replace(/\/$/, '').toLowerCase()
}
