import type { ConnectionOptions, TlsOptions } from 'node:tls'

const KEY = Buffer.from('a key that both sides of a test know')
const CIPHERS = { ciphers: 'PSK-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const

/** TLS without a certificate: a key that both sides know. */
export const pskServer: TlsOptions = { ...CIPHERS, pskCallback: () => KEY, pskIdentityHint: 'test' }
/** The same for who connects. */
export const pskClient: ConnectionOptions = {
  ...CIPHERS,
  pskCallback: () => ({ psk: KEY, identity: 'test' }),
  checkServerIdentity: () => undefined,
}
/** The same as text for a script in a container. */
export const PSK_CLIENT_SCRIPT = `{ ciphers: '${CIPHERS.ciphers}', maxVersion: '${CIPHERS.maxVersion}',
  pskCallback: () => ({ psk: Buffer.from(${JSON.stringify(KEY.toString())}), identity: 'test' }), checkServerIdentity: () => undefined }`
