import { createHash, timingSafeEqual } from 'node:crypto'
import {
  type SelfSignedCertificate,
  selfSignedCertificate,
} from '../certificate/self-signed-certificate.ts'
import { nothing } from '../seed/own-members.ts'
import type { AppSeed, FederatedCredentialSeed, SecretSeed } from '../seed/seed.ts'
import {
  checkedCertificateOptions,
  checkedFederatedCredential,
  checkedSecret,
} from '../seed/seed-schema.ts'
import type { StableIds } from '../stable-ids.ts'
import { type AppCertificate, readCertificate } from './app-certificate.ts'
import { type FederatedCredential, federatedCredential } from './federated-credential.ts'

/** An app registration with its service principal in one tenant. Changes count from the next request on. */
export interface App {
  readonly tenantId: string
  readonly clientId: string
  /** Of the service principal: what a publisher account lists as Object ID. */
  readonly objectId: string
  readonly name: string
  /** While it is false, every token request of the app is refused. */
  enabled: boolean
  readonly secrets: readonly ClientSecret[]
  readonly certificates: readonly AppCertificate[]
  readonly federatedCredentials: readonly FederatedCredential[]
  /** Adds a secret, a new one when no value is given. */
  addSecret(secret?: SecretSeed): ClientSecret
  /** Puts a new secret in the place of all others and returns it. */
  rotateSecret(): string
  /** Lets every secret expire now. */
  expireSecrets(): void
  /** Registers a certificate given as PEM. */
  addCertificate(pem: string): AppCertificate
  /** Makes a certificate with its private key and registers it; `lifetime` is a year by default. */
  createCertificate(options?: { readonly lifetime?: number }): Promise<SelfSignedCertificate>
  removeCertificates(): void
  addFederatedCredential(credential: FederatedCredentialSeed): FederatedCredential
  removeFederatedCredentials(): void
}

/** A client secret; without `expiresAt` it never expires. */
export interface ClientSecret {
  readonly value: string
  readonly expiresAt?: number
}

/** Makes the app that a seed describes; ids and secrets that it leaves out are generated. */
export function makeApp(tenantId: string, seed: AppSeed, now: () => number, newId: StableIds): App {
  const clientId = (seed.clientId ?? newId('app')).toLowerCase()
  const nextSecret = stableSecrets(clientId)
  const makeSecret = ({ value = nextSecret(), expiresAt }: SecretSeed): ClientSecret =>
    expiresAt === undefined ? { value } : { value, expiresAt: new Date(expiresAt).getTime() }
  let secrets = (seed.secrets ?? [nothing]).map(makeSecret)
  let certificates = (seed.certificates ?? []).map(readCertificate)
  let federated = (seed.federatedCredentials ?? []).map(federatedCredential)
  const app: App = {
    tenantId,
    clientId,
    objectId: (seed.objectId ?? newId('service principal')).toLowerCase(),
    name: seed.name ?? `app-${clientId.slice(0, 8)}`,
    enabled: seed.enabled ?? true,
    get secrets() {
      return secrets
    },
    get certificates() {
      return certificates
    },
    get federatedCredentials() {
      return federated
    },
    addSecret(seed = {}) {
      const secret = makeSecret(checkedSecret(seed))
      secrets = [...secrets, secret]
      return secret
    },
    rotateSecret() {
      const secret = makeSecret(nothing)
      secrets = [secret]
      return secret.value
    },
    expireSecrets() {
      secrets = secrets.map(({ value }) => ({ value, expiresAt: now() }))
    },
    addCertificate(pem) {
      const certificate = readCertificate(pem)
      certificates = [...certificates, certificate]
      return certificate
    },
    async createCertificate(options = {}) {
      const { lifetime = 365 * 24 * 3_600_000 } = checkedCertificateOptions(options)
      const made = await selfSignedCertificate({
        commonName: app.name,
        notBefore: now() - 60_000,
        notAfter: now() + lifetime,
      })
      app.addCertificate(made.certificate)
      return made
    },
    removeCertificates() {
      certificates = []
    },
    addFederatedCredential(seed) {
      const credential = federatedCredential(checkedFederatedCredential(seed))
      federated = [...federated, credential]
      return credential
    },
    removeFederatedCredentials() {
      federated = []
    },
  }
  return app
}

/** Whether `value` is one of the app's secrets, and whether that one still holds. */
export function checkSecret(app: App, value: string, now: number): 'valid' | 'expired' | 'wrong' {
  const found = app.secrets.find(secret => equal(secret.value, value))
  if (!found) return 'wrong'
  return found.expiresAt !== undefined && found.expiresAt <= now ? 'expired' : 'valid'
}

// Forty characters with `8Q~` from the fourth on, as Entra makes them, so that scanners and clients meet
// what they would meet in earnest. An app has the same ones in the same order at each start.
function stableSecrets(clientId: string): () => string {
  let made = 0
  return () => {
    const text = createHash('sha256').update(`${clientId} ${++made}`).digest('base64url')
    return `${text.slice(0, 3)}8Q~${text.slice(3, 37)}`
  }
}

function equal(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)]
  return x.length === y.length && timingSafeEqual(x, y)
}
