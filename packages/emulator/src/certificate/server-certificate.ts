import { type SelfSignedCertificate, selfSignedCertificate } from './self-signed-certificate.ts'

const day = 86_400_000

/** A certificate for the emulator's https, valid by the machine's time, in which its clients live. */
export function serverCertificate(host: string): Promise<SelfSignedCertificate> {
  return selfSignedCertificate({
    commonName: 'Cloud Partner emulator',
    notBefore: Date.now() - day,
    notAfter: Date.now() + 30 * day,
    hosts: [...new Set(['localhost', '127.0.0.1', '::1', host])],
  })
}
