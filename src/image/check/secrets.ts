/** A text of an image that people can read: where it is, and what it says. */
export interface ImageText {
  /** `its environment`, `step 3 of its history`. */
  readonly where: string
  readonly text: string
}

/** Something in an image that looks like a secret. Its value is in nothing that is said of it. */
export interface FoundSecret {
  /** `a token of GitHub`, `a value of NPM_TOKEN`. */
  readonly what: string
  readonly where: string
  /** False when only the name of a variable suggests it. */
  readonly isCertain: boolean
}

/** Forms that nothing but a secret has. */
const FORMS: readonly (readonly [what: string, form: RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/],
  ['a token of GitHub', /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22})/],
  ['a token of GitLab', /\bglpat-[\w-]{20}/],
  ['an access key of AWS', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['a token of npm', /\bnpm_[A-Za-z0-9]{36}/],
  ['a token of PyPI', /\bpypi-AgEIcHlwaS5vcmc[\w-]{50}/],
  ['a token of Docker Hub', /\bdckr_pat_[\w-]{20}/],
  ['a token of Slack', /\bxox[abeoprs]-[A-Za-z0-9-]{20}/],
  ['a key of Google', /\bAIza[\w-]{35}/],
  ['a key of Stripe', /\b[rs]k_live_[A-Za-z0-9]{20}/],
  ['a JSON web token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20}/],
  ['a password in an address', /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@'"]+:[^\s/@'"$%{][^\s/@'"]{2,}@/i],
]

/** Names of variables whose values are secrets. Files of secrets and how long they live have other ends. */
const NAMES = /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|(?:SECRET|ACCESS|PRIVATE)_?KEY)$/i
/** Values that say nothing: none, words of a switch, numbers, references to other variables, paths. */
const HARMLESS = /^(?:|true|false|yes|no|none|null|\d+|\$.*|\/.*)$/i

const ASSIGNMENT = /(?<![\w$./-])([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|'[^']*'|[^\s;&|]*)/g

/** What of an image's texts looks like a secret (IMG-2), each thing once. */
export function findSecrets(texts: readonly ImageText[]): FoundSecret[] {
  const found = texts.flatMap(({ where, text }) => {
    const certain = FORMS.filter(([, form]) => form.test(text)).map(([what]) => what)
    // A secret with a known form is not reported a second time by the name of its variable.
    const named = certain.length > 0 ? [] : namedSecrets(text)
    return [
      ...certain.map((what) => ({ what, where, isCertain: true })),
      ...named.map((name) => ({ what: `a value of ${name}`, where, isCertain: false })),
    ]
  })
  return found.filter(({ what }, index) => found.findIndex((one) => one.what === what) === index)
}

function namedSecrets(text: string): string[] {
  return [...text.matchAll(ASSIGNMENT)].flatMap(([, name = '', value = '']) => {
    const bare = value.replace(/^(["'])(.*)\1$/s, '$2')
    return NAMES.test(name) && !HARMLESS.test(bare) ? [name] : []
  })
}
