import { PRESETS } from '../../src/egress/presets.ts'
import { table } from './markdown.ts'

/** The table of presets, as docs/egress.md has it. */
export const presetsTable = (): string =>
  table(
    ['preset', 'hosts'],
    Object.entries(PRESETS).map(([name, hosts]) => [
      `\`${name}\``,
      hosts.map((host) => `\`${host}\``).join(', '),
    ]),
  )
