import { processIdentity } from '../../src/host/identity.ts'
import { makeRunFolder, newRunFolder, type RecordPaths, recordPaths } from '../../src/record/folder.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The paths of a record in its own folder, which is made. */
export async function freshPaths(): Promise<RecordPaths> {
  const folder = newRunFolder(temporaryFolder(), 'acode-s1-unit')
  const paths = recordPaths(folder, 'container')
  await makeRunFolder(folder, paths, processIdentity())
  return paths
}
