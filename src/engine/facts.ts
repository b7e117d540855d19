import { z } from 'zod'
import { epochSeconds } from './labels.ts'
import type { EngineHttp } from './transport/http.ts'

/** What there is to know of an engine, whatever it is asked for. */
export interface EngineFacts {
  /** Such as `Docker 28.5.1`, or `Podman 4.3.1` behind Docker's interface. */
  readonly software: string
  /** What its containers run on: `linux`, or `windows`. */
  readonly osType: string
  /** True when it is not root's: to its containers the user who runs it is root. */
  readonly isRootless: boolean
  /** True when root's engine gives its containers their own users (`userns-remap`): their root is no user here. */
  readonly isRemapped: boolean
  /** False when it has no control groups: it ignores all limits then, and reports no error. */
  readonly hasControlGroups: boolean
  /** False when it makes a volume without its options, and says nothing of it: Podman does. */
  readonly takesVolumeOptions: boolean
  /** By how many seconds its clock is ahead of ours; 0 where it does not say what time it is. */
  readonly aheadSeconds: number
}

const infoSchema = z.object({
  ServerVersion: z.string().default(''),
  OSType: z.string().default('linux'),
  SecurityOptions: z.array(z.string()).nullish(),
  CgroupDriver: z.string().default(''),
  SystemTime: z.string().default(''),
})

/**
 * Asks the engine about itself.
 * @throws EngineError
 */
export async function askFacts(http: EngineHttp): Promise<EngineFacts> {
  const asked = Date.now() / 1000
  const info = await http.json(['info'], { method: 'GET', path: '/info' }, infoSchema)
  const { isPodman } = await http.greeting()
  const time = epochSeconds(info.SystemTime)
  return {
    software: `${isPodman ? 'Podman' : 'Docker'} ${info.ServerVersion}`.trim(),
    osType: info.OSType,
    isRootless: hasOption(info, 'rootless'),
    isRemapped: hasOption(info, 'userns'),
    hasControlGroups: info.CgroupDriver !== 'none',
    takesVolumeOptions: !isPodman,
    aheadSeconds: time === null ? 0 : time - (asked + Date.now() / 1000) / 2,
  }
}

const hasOption = ({ SecurityOptions }: z.output<typeof infoSchema>, name: string): boolean =>
  (SecurityOptions ?? []).some((option) => option.split(',').includes(`name=${name}`))
