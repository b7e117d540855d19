import { formatBytes } from '../../formats/units.ts'
import type { RunRecord } from '../run-record.ts'

/** Fewer readings than this are no picture. */
const LEAST = 3
const MEBIBYTE = 1024 * 1024

/** What a task used in each step of its time, ready to be drawn; what was not read is as before. */
interface UsageCurves {
  readonly seconds: number
  readonly memoryBytes: readonly number[]
  /** CPUs that were busy, on average. */
  readonly cpus: readonly number[]
}

/** Null when there is not enough to be drawn. */
export function curvesOf({ samples }: RunRecord['usage']): UsageCurves | null {
  if (samples === undefined || samples.memoryBytes.filter((value) => value !== null).length < LEAST)
    return null
  const { stepSeconds, memoryBytes, cpuSeconds } = samples
  const used = filled(cpuSeconds)
  return {
    seconds: stepSeconds * memoryBytes.length,
    memoryBytes: filled(memoryBytes),
    cpus: used.map((value, index) => Math.max(0, value - (used[index - 1] ?? 0)) / stepSeconds),
  }
}

function filled(values: readonly (number | null)[]): number[] {
  let last = 0
  return values.map((value) => {
    last = value ?? last
    return last
  })
}

/** Memory and CPUs over time as pictures for Mermaid, each limit as a line; empty when there is too little to draw. */
export function usagePictures({ usage, container: { limits } }: RunRecord): string {
  const curves = curvesOf(usage)
  if (curves === null) return ''
  const memory = limits?.memoryBytes ?? null
  const cpus = limits?.cpus ?? null
  return [
    chart(
      `Memory in MiB${memory === null ? '' : `, limit ${formatBytes(memory)}`}`,
      curves.seconds,
      curves.memoryBytes.map((bytes) => bytes / MEBIBYTE),
      memory === null ? null : memory / MEBIBYTE,
    ),
    chart(`Busy CPUs${cpus === null ? '' : `, limit ${cpus}`}`, curves.seconds, curves.cpus, cpus),
  ].join('\n\n')
}

/** Small, with curve and limit in colours that differ clearly on light and dark; by itself the curve is near white. */
const LOOK = [
  'config:',
  '  xyChart:',
  '    width: 700',
  '    height: 240',
  '    titleFontSize: 14',
  '    yAxis:',
  '      labelFontSize: 10',
  '  themeVariables:',
  '    xyChart:',
  '      plotColorPalette: "#218bff, #cf222e"',
]

/** https://mermaid.js.org/syntax/xyChart.html */
function chart(title: string, seconds: number, values: readonly number[], limit: number | null): string {
  const most = Math.max(...values, limit ?? 0, 0.1) * 1.1
  return [
    '```mermaid',
    '---',
    ...LOOK,
    '---',
    'xychart-beta',
    `  title "${title}"`,
    `  x-axis "seconds" 0 --> ${seconds}`,
    `  y-axis 0 --> ${short(most)}`,
    `  line [${values.map(short).join(', ')}]`,
    ...(limit === null ? [] : [`  line [${values.map(() => short(limit)).join(', ')}]`]),
    '```',
  ].join('\n')
}

const short = (value: number): string => String(Number(value.toPrecision(3)))
