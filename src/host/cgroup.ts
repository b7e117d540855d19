import { readFile } from 'node:fs/promises'

/** What a container has used so far. */
export interface CgroupUsage {
  readonly peakMemoryBytes: number | null
  readonly cpuSeconds: number | null
  /** In use now. */
  readonly memoryBytes?: number | null
}

/** Where systemd has what users start. */
const OURS = `user.slice/user-${process.getuid?.()}.slice/user@${process.getuid?.()}.service`

/** Where engines put a container's control group, by version, driver and mode; `{id}` is the container's full id. */
const PARENTS = [
  'docker/{id}',
  'system.slice/docker-{id}.scope',
  'machine.slice/libpod-{id}.scope',
  `${OURS}/user.slice/docker-{id}.scope`,
]

/**
 * Reads what a running container has used from the kernel's own counters, which costs no call of the engine.
 * Null where this machine has no such control group (not started yet, ended, or on another machine).
 */
export async function readCgroup(id: string): Promise<CgroupUsage | null> {
  for (const parent of PARENTS) {
    const path = parent.replace('{id}', id)
    const usage = (await readV2(`/sys/fs/cgroup/${path}`)) ?? (await readV1(path))
    if (usage) return usage
  }
  return null
}

/** Control groups v2: `memory.peak` since Linux 5.19, before that only what is in use now. */
async function readV2(folder: string): Promise<CgroupUsage | null> {
  const cpu = await read(`${folder}/cpu.stat`)
  if (cpu === null) return null
  const current = await read(`${folder}/memory.current`)
  const memory = (await read(`${folder}/memory.peak`)) ?? current
  const micros = /^usage_usec (\d+)$/m.exec(cpu)?.[1]
  return {
    peakMemoryBytes: toNumber(memory),
    cpuSeconds: micros === undefined ? null : Number(micros) / 1e6,
    memoryBytes: toNumber(current),
  }
}

async function readV1(path: string): Promise<CgroupUsage | null> {
  const memory = await read(`/sys/fs/cgroup/memory/${path}/memory.max_usage_in_bytes`)
  if (memory === null) return null
  const nanos = toNumber(await read(`/sys/fs/cgroup/cpuacct/${path}/cpuacct.usage`))
  return {
    peakMemoryBytes: toNumber(memory),
    cpuSeconds: nanos === null ? null : nanos / 1e9,
    memoryBytes: toNumber(await read(`/sys/fs/cgroup/memory/${path}/memory.usage_in_bytes`)),
  }
}

const toNumber = (text: string | null): number | null =>
  text !== null && /^\d+\s*$/.test(text) ? Number(text) : null

/** A counter that is not there is the answer null: control groups come and go while we look. */
const read = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null)
