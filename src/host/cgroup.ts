import { existsSync, readFileSync } from 'node:fs'

/** What a container has used so far. */
export interface CgroupUsage {
  readonly peakMemoryBytes: number | null
  readonly cpuSeconds: number | null
  /** In use now. */
  readonly memoryBytes?: number | null
}

/** Processes of a container that the kernel has killed for memory. */
interface MemoryKills {
  readonly count: number
  /** False when the container has not reached its own limit: the machine had no more. */
  readonly isAtLimit: boolean
}

/** One reading of a container's counters. */
export interface CgroupReading extends CgroupUsage {
  /** Null when the kernel does not count them. */
  readonly memoryKills?: MemoryKills | null
  /** True when all of its processes are gone: nothing is added any more. */
  readonly isFinal: boolean
}

/** Where systemd has what users start. */
const OURS = `user.slice/user-${process.getuid?.()}.slice/user@${process.getuid?.()}.service`

/** Where engines put a container's control group, by version, driver and mode; `{id}` is the container's full id. */
const PARENTS = [
  'docker/{id}',
  'system.slice/docker-{id}.scope',
  'machine.slice/libpod-{id}.scope',
  'libpod_parent/libpod-{id}',
  `${OURS}/user.slice/docker-{id}.scope`,
]

/**
 * Reads what a running container has used from the kernel's own counters, which costs no call of the engine.
 * Null when this machine has no such control group (not started yet, gone, or on another machine), and when its
 * processes are those that make the container. It is asked many times while a container starts, and the kernel answers
 * from memory: at once costs a tenth of what the file system's promises do.
 */
export function readCgroup(id: string): CgroupReading | null {
  for (const parent of PARENTS) {
    const path = parent.replace('{id}', id)
    const reading = readV2(`/sys/fs/cgroup/${path}`) ?? readV1(path)
    if (reading) return reading
  }
  return null
}

/** Control groups v2: a peak of memory there is since Linux 5.19. What is in use now is none. */
function readV2(folder: string): CgroupReading | null {
  // First, for what is counted after it is the final count.
  const events = read(`${folder}/cgroup.events`)
  const cpu = events === null ? null : read(`${folder}/cpu.stat`)
  const micros = cpu === null ? undefined : /^usage_usec (\d+)$/m.exec(cpu)?.[1]
  if (events === null || micros === undefined) return null
  return {
    peakMemoryBytes: toNumber(read(`${folder}/memory.peak`)),
    cpuSeconds: Number(micros) / 1e6,
    memoryBytes: toNumber(read(`${folder}/memory.current`)),
    memoryKills: parseMemoryEvents(read(`${folder}/memory.events`)),
    isFinal: micros !== '0' && /^populated 0$/m.test(events),
  }
}

function readV1(path: string): CgroupReading | null {
  const processes = read(`/sys/fs/cgroup/memory/${path}/cgroup.procs`)
  const memory = processes === null ? null : read(`/sys/fs/cgroup/memory/${path}/memory.max_usage_in_bytes`)
  if (processes === null || memory === null) return null
  const nanos = toNumber(read(`/sys/fs/cgroup/cpuacct/${path}/cpuacct.usage`))
  return {
    peakMemoryBytes: toNumber(memory),
    cpuSeconds: nanos === null ? null : nanos / 1e9,
    // A group that was just made has no processes yet either, and has used nothing.
    isFinal: processes.trim() === '' && nanos !== null && nanos > 0,
    memoryBytes: toNumber(read(`/sys/fs/cgroup/memory/${path}/memory.usage_in_bytes`)),
    memoryKills: parseOomControl(
      read(`/sys/fs/cgroup/memory/${path}/memory.oom_control`),
      toNumber(memory),
      toNumber(read(`/sys/fs/cgroup/memory/${path}/memory.limit_in_bytes`)),
    ),
  }
}

/** `memory.events` of control groups v2. */
export function parseMemoryEvents(text: string | null): MemoryKills | null {
  const kills = counterIn(text, 'oom_kill')
  return kills === null ? null : { count: kills, isAtLimit: (counterIn(text, 'oom') ?? 1) > 0 }
}

/** `memory.oom_control` of control groups v1, which has counted since Linux 4.13, and whether the peak is at the limit. */
export function parseOomControl(
  control: string | null,
  peak: number | null,
  limit: number | null,
): MemoryKills | null {
  const kills = counterIn(control, 'oom_kill')
  return kills === null ? null : { count: kills, isAtLimit: peak === null || limit === null || peak >= limit }
}

function counterIn(text: string | null, name: string): number | null {
  const found = new RegExp(`^${name} (\\d+)$`, 'm').exec(text ?? '')?.[1]
  return found === undefined ? null : Number(found)
}

const toNumber = (text: string | null): number | null =>
  text !== null && /^\d+\s*$/.test(text) ? Number(text) : null

/** A counter that is not there is the answer null: control groups come and go while we look. */
function read(path: string): string | null {
  // A missing file is the rule here, and an error for it would be made each time.
  if (!existsSync(path)) return null
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null // gone since it was looked for, or not ours to read
  }
}
