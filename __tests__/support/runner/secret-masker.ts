/**
 * The values a job has masked, in the forms that the runner makes of each (HostContext, ValueEncoders.cs); longest
 * first, so that one inside another leaves no rest. Lasts for a job.
 */
export class SecretMasker {
  #values: string[] = []

  add(value: string): void {
    if (value.trim() === '' || this.#values.includes(value)) return
    this.#values.push(value, ...encoded(value).filter((one) => one.trim() !== ''))
    this.#values.sort((a, b) => b.length - a.length)
  }

  mask(text: string): string {
    return this.#values.reduce((masked, value) => masked.replaceAll(value, '***'), text)
  }
}

function encoded(value: string): string[] {
  const bytes = Buffer.from(value)
  const uri = encodeURIComponent(value).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  const xml = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return [
    ...[0, 1, 2].map((shift) => bytes.subarray(shift).toString('base64')),
    value.replaceAll('"', '\\"'),
    value.replaceAll("'", "''"),
    JSON.stringify(value).slice(1, -1),
    uri,
    xml.replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
    value.length > 8 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : '',
  ]
}
