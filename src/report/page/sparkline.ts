import { curvesOf } from '../../record/summary/usage-picture.ts'
import type { Leg } from '../leg.ts'

const WIDTH = 64
const HEIGHT = 16
const BLOCKS = '▁▂▃▄▅▆▇█'
/** Letters of a sparkline in text. */
const LETTERS = 6

/** A leg's memory over time as a small picture; empty when too little of it was read. */
export function sparkline(leg: Leg): string {
  const values = memoryOf(leg)
  if (values === null) return ''
  const most = Math.max(...values, 1)
  const points = values.map((value, index) => {
    const x = (index / (values.length - 1)) * WIDTH
    return `${x.toFixed(1)},${(HEIGHT - 1 - (value / most) * (HEIGHT - 2)).toFixed(1)}`
  })
  return `<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Memory over time"><polyline points="${points.join(' ')}"/></svg>`
}

/** The same in letters, for where no picture can be. */
export function textSparkline(leg: Leg): string {
  const values = memoryOf(leg)
  if (values === null) return ''
  const most = Math.max(...values, 1)
  const letters = Math.min(LETTERS, values.length)
  return Array.from({ length: letters }, (_, index) => {
    const part = values.slice(
      Math.floor((index * values.length) / letters),
      Math.floor(((index + 1) * values.length) / letters),
    )
    return BLOCKS[Math.round((Math.max(...part) / most) * (BLOCKS.length - 1))] ?? ''
  }).join('')
}

const memoryOf = ({ record }: Leg): readonly number[] | null =>
  (record && curvesOf(record.usage)?.memoryBytes) ?? null
