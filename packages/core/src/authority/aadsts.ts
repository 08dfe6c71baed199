/** What to do about an AADSTS code (Entra's reference of error codes). */
const remedies: Readonly<Record<number, string>> = {
  7000215: "Use the client secret's value, not its ID, as shown once when it was created.",
  7000222:
    'The client secret has expired: create a new one under Certificates & secrets of the app registration.',
  700016: 'Check clientId and tenantId: this tenant has no such application.',
  7000229:
    'The tenant has no service principal of this application: create one with "az ad sp create --id <clientId>".',
  7000112: 'The application is disabled in this tenant: enable it under Enterprise applications.',
  90002: 'Check tenantId, and the authority host if the tenant is in a national cloud.',
  900023: 'Check tenantId: it must be a GUID or a domain name.',
  500011: 'Check the audience: this tenant knows no such resource.',
  1002012: 'A scope of client credentials must end in /.default.',
  901002: 'The v2 endpoint takes scope, not resource.',
}

export function remedy(aadsts: number | undefined): string {
  return remedies[aadsts ?? 0] ?? 'Look the code up at https://login.microsoftonline.com/error.'
}
