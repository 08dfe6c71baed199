/** All that is loaded for the first token, as one file of the package. */
export { requestToken } from './authority/token-request.ts'
export { readTokenResponse } from './authority/token-response.ts'
export { tokenUrl } from './authority/token-url.ts'
export { postRequest } from './credential/post-request.ts'
export { principalTokens } from './credential/principal-tokens.ts'
export { storedTokenSource } from './token/stored-token-source.ts'
