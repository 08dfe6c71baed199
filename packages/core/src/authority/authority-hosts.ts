import { publicCloud } from './authority.ts'

/** The authority hosts of the clouds (Entra, "National clouds"). */
export const authorityHosts: {
  readonly public: string
  readonly usGovernment: string
  readonly china: string
} = /* @__PURE__ */ Object.freeze({
  public: publicCloud,
  usGovernment: 'https://login.microsoftonline.us',
  china: 'https://login.partner.microsoftonline.cn',
})
