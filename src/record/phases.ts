/** The phases of a run, in their order, whose milliseconds the record has. */
export const PHASES = [
  'prepare',
  'pull',
  'workspace',
  'create',
  'services',
  'run',
  'collect',
  'remove',
] as const
/** One of {@link PHASES}. */
export type Phase = (typeof PHASES)[number]
