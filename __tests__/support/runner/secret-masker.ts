/** The values a job has masked, longest first, so that one inside another leaves no rest. Lasts for a job. */
export class SecretMasker {
  #values: string[] = []

  add(value: string): void {
    if (value.trim() === '' || this.#values.includes(value)) return
    this.#values.push(value)
    this.#values.sort((a, b) => b.length - a.length)
  }

  mask(text: string): string {
    return this.#values.reduce((masked, value) => masked.replaceAll(value, '***'), text)
  }
}
