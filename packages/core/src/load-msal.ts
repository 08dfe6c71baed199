/** MSAL, or why there is none: it is an optional dependency, and not every bundler can pack it. */
export type Msal =
  | Pick<typeof import('@azure/msal-node'), 'ConfidentialClientApplication'>
  | { readonly missing: unknown }

/**
 * Loads MSAL, which costs more than everything else together. What a bundle for an edge runtime or a browser gets in place
 * of this file is `absent-on-edge.ts`.
 */
export async function loadMsal(): Promise<Msal> {
  try {
    return await import('@azure/msal-node') // in a `try`, which tells bundlers that it may not be there
  } catch (thrown) {
    return { missing: thrown }
  }
}
