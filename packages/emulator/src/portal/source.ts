/** A page of the portal's reference, by the end of its address. */
export function page(name: string): string {
  return `https://learn.microsoft.com/partner-center/marketplace-offers/cloud-partner-portal-api-${name}`
}

/** Public clients that were used against the portal, and threads of those who used it. */
export const pub = 'https://github.com/devigned/pub'
export const partnerCenterCli = 'https://github.com/microsoft/az-partner-center-cli'
