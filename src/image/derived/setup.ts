import type { Image } from '../image.ts'
import { contentKey, pinned } from './derived.ts'
import { beginLine, endWords } from './script-output.ts'

/** A file that a set-up script needs. */
export interface SetupFile {
  /** Relative to the workspace. */
  readonly path: string
  readonly mode: number
  readonly sha256: string
}

/** Changes where the same script is to become another image. */
const FORMAT = 1
/** Where script and files are while it runs. */
const PLACE = '/acode-setup'

/** The key of a set-up: the script, the image it runs on, and each file with its content. */
export const setupKey = (
  script: string,
  { id }: Pick<Image, 'id'>,
  files: readonly SetupFile[],
  platform: string | undefined,
): string =>
  contentKey([FORMAT, id, script, [...files].sort((a, b) => (a.path < b.path ? -1 : 1)), platform ?? null])

/** The Dockerfile of a set-up. Its context has `run`, `script` and the folder `files`. */
export function setupDockerfile({
  reference,
  digest,
  user,
}: Pick<Image, 'reference' | 'digest' | 'user'>): string {
  const isRoot = user === '' || user === '0' || user === 'root'
  return [
    `FROM ${pinned(reference, digest)}`,
    ...(isRoot ? [] : ['USER 0']),
    `COPY . ${PLACE}/`,
    `RUN ["sh", "${PLACE}/run"]`,
    ...(isRoot ? [] : [`USER ${user}`]),
    '',
  ].join('\n')
}

/** What runs the script: in the folder of its files, and nothing of either is left when it is over. */
export const RUN_SCRIPT = `exec 2>&1
echo '${beginLine('setup')}'
cd ${PLACE}/files || exit 1
DEBIAN_FRONTEND=noninteractive sh -e ${PLACE}/script </dev/null
code=$?
cd /
rm -rf ${PLACE}
echo "${endWords('setup')}$code"
exit $code
`
