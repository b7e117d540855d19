/** Seconds of `90s`, `30m`, `2h` or a plain number of seconds; null when the text is none of these. */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([smh]?)$/i.exec(text.trim())
  if (!match?.[1]) return null
  const unit = { '': 1, s: 1, m: 60, h: 3600 }[match[2]?.toLowerCase() ?? '']
  return unit === undefined ? null : Number(match[1]) * unit
}

/** Bytes of `512m`, `4g`, `1.5g`, `4Gi` or a plain number of bytes; null when the text is none of these. */
export function parseMemory(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*(?:b|([kmgt])(?:ib?|b)?)?$/i.exec(text.trim())
  if (!match?.[1]) return null
  const power = ['', 'k', 'm', 'g', 't'].indexOf((match[2] ?? '').toLowerCase())
  return Math.floor(Number(match[1]) * 1024 ** power)
}

/** `1.5 MiB`, for people. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** power
  return `${value >= 10 || power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`
}

/** `0.42 s`, `12 s`, `3 min 5 s`, `1 h 2 min`, for people. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${Number.isInteger(seconds) ? seconds : seconds.toFixed(2)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}
