/** The shortest value that is struck out: anything shorter is found in ordinary text everywhere. */
export const SHORTEST_SECRET = 3
/** The shortest piece of Base64 that is taken for one of a secret. */
const SHORTEST_BASE64 = 4
/** Columns of what the `base64` command prints. */
const BASE64_COLUMNS = 76

/** True of a value that can be struck out without striking out ordinary text. */
export const canBeStruck = (value: string): boolean => value.trim().length >= SHORTEST_SECRET

/**
 * Everything that gives a secret away: the value, each of its lines, and both in the forms that programs print
 * them in. Those that the runner masks are among them (`ValueEncoders.cs`), and quoted and escaped ones too.
 */
export function secretForms(secret: string): string[] {
  const values = [secret, ...linesOf(secret)].filter(canBeStruck)
  return [...new Set([...values.flatMap(formsOf), ...wrappedBase64(secret)])].filter(canBeStruck)
}

/**
 * What the runner is asked to mask of a secret: its lines, of which it makes the forms that it knows itself, and of
 * several lines the Base64 of all.
 */
export function maskedForms(secret: string): string[] {
  const whole = /[\r\n]/.test(secret.trim()) ? base64Forms(secret) : []
  return [...new Set([...linesOf(secret), ...whole])]
}

/** The lines of a secret that are worth striking out, without the white space around them, as the runner takes them. */
const linesOf = (secret: string): string[] =>
  secret
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter(canBeStruck)

function formsOf(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1)
  return [
    value,
    ...base64Forms(value),
    json,
    ...jsonVariants(json),
    ...quoted(value),
    ...uriForms(value),
    ...markup(value),
  ]
}

/**
 * What is in Base64 of any text that holds the value: in three shifts, only the characters that the value alone
 * decides. The first one whole too, with its padding.
 */
export function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value)
  const pieces = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(Math.ceil((8 * shift) / 6), Math.floor((8 * (shift + bytes.length)) / 6)),
  )
  const forms = [bytes.toString('base64'), ...pieces].filter((form) => form.length >= SHORTEST_BASE64)
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')])
}

/** A long value in Base64 as the `base64` command prints it. */
function wrappedBase64(value: string): string[] {
  const encoded = Buffer.from(value).toString('base64')
  if (encoded.length <= BASE64_COLUMNS) return []
  const lines = encoded.match(new RegExp(`.{1,${BASE64_COLUMNS}}`, 'g')) ?? []
  return lines.filter((line) => line.length >= SHORTEST_BASE64)
}

/** JSON as encoders write it that escape what HTML reads, or all that is not ASCII. */
function jsonVariants(json: string): string[] {
  const escaped = (text: string, which: RegExp) =>
    text.replace(which, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return [escaped(json, /[<>&\u2028\u2029]/g), escaped(json, /[^\0-\x7f]/g), json.replaceAll('/', '\\/')]
}

/** Quoted for a shell (three ways), an expression of GitHub's, and a command line. */
const quoted = (value: string): string[] => [
  value.replaceAll("'", "'\\''"),
  value.replaceAll("'", `'"'"'`),
  value.replace(/[ \t!-$&-*,;<>?[-^`{-}]/g, '\\$&'),
  value.replace(/["$\\`]/g, '\\$&'),
  value.replaceAll("'", "''"),
  value.replaceAll('"', '\\"'),
]

/** `encodeURIComponent` leaves some characters alone that other encoders do not; forms write a blank as `+`. */
function uriForms(value: string): string[] {
  const uri = encodeURIComponent(value.toWellFormed())
  const strict = uri.replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return [uri, strict, new URLSearchParams({ '': value }).toString().slice(1)]
}

/** XML, HTML with numbers, and Markdown as this project writes them. */
function markup(value: string): string[] {
  const angles = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const xml = angles.replaceAll('>', '&gt;')
  return [
    xml,
    xml.replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
    xml.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
    angles.replace(/[\\|`*[\]]/g, '\\$&'),
    value.replace(/[!-/:-@[-`{-~]/g, '\\$&'),
  ]
}
