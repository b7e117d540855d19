/** How a registry asks for a login, from its header `WWW-Authenticate` (RFC 6750, distribution spec). */
export interface Challenge {
  readonly scheme: 'basic' | 'bearer'
  /** Where a token is to be had; empty for Basic. */
  readonly realm: string
  readonly service: string | undefined
  readonly scope: string | undefined
}

/** Reads a challenge; null when it is of another kind, or names no place for tokens. */
export function readChallenge(header: string | undefined): Challenge | null {
  const [, word = '', rest = ''] = /^\s*(\w+)\s*(.*)$/s.exec(header ?? '') ?? []
  const scheme = word.toLowerCase()
  const fields = new Map(
    [...rest.matchAll(/(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g)].map(
      ([, key = '', quoted, plain]) =>
        [key.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? ''] as const,
    ),
  )
  const common = { service: fields.get('service'), scope: fields.get('scope') }
  if (scheme === 'basic') return { scheme, realm: '', ...common }
  const realm = fields.get('realm')
  return scheme === 'bearer' && realm !== undefined ? { scheme, realm, ...common } : null
}
