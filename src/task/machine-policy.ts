import { messageOf, sentence, TaskError } from '../errors.ts'
import { machineVariable, type Parent, parentProcess } from '../host/parent.ts'
import { readWithin } from '../host/read-within.ts'
import { type ImagePolicy, readPolicyFile } from './image-policy.ts'

const MOST_BYTES = 64 * 1024

/**
 * The policy that the owner of this machine has set with `ACODE_POLICY`, the path of a file; null: none. No workflow
 * can loosen it.
 * @throws TaskError ACODE-CTN-006 when the file cannot be read or is not valid
 */
export async function machinePolicy(
  env: NodeJS.ProcessEnv,
  parent: Parent | null = parentProcess(),
): Promise<ImagePolicy | null> {
  const path = machineVariable('ACODE_POLICY', env, parent)
  if (path === '') return null
  const name = `${path}, the policy of this machine`
  let bytes: Buffer
  try {
    bytes = await readWithin(path, null, MOST_BYTES)
  } catch (error) {
    throw new TaskError(
      'ACODE-CTN-006',
      `The policy that ACODE_POLICY of this machine names cannot be read: ${sentence(messageOf(error))} Its owner has to correct it.`,
      { cause: error },
    )
  }
  return readPolicyFile(name, bytes.toString('utf8'))
}
