/**
 * Why an engine cannot start a container, as far as its words say: `no-gpu-driver`, it has no driver for the GPUs that
 * are asked for; `other-processor`, its program is for another processor; `overlay-refused`, an overlay that it is to
 * mount cannot be mounted.
 */
export type StartFault = 'no-gpu-driver' | 'other-processor' | 'overlay-refused'

const START_FAULTS: readonly (readonly [StartFault, RegExp])[] = [
  ['no-gpu-driver', /could not select device driver|nvidia-container-cli|unresolvable CDI devices/i],
  ['other-processor', /exec format error/i],
  ['overlay-refused', /mount\b.*overlay/is],
]

/** Why a container was not started, by the engine's message; null when that is none of the known faults. */
export const startFault = (message: string): StartFault | null =>
  START_FAULTS.find(([, words]) => words.test(message))?.[0] ?? null
