import { z } from 'zod'

/** The folder of a record that a task's artifacts are in. Post reads it too, which knows nothing else of a task. */
export const artifactsSubdir = z
  .string()
  .regex(/^[\w.-]+(\/[\w.-]+)*$/, 'has to be a relative path of letters, digits, _ . -')
  .refine((value) => !value.split('/').some((part) => /^\.+$/.test(part)), 'leads out of the record')
