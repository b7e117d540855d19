import type { Feature } from '../devcontainer/features/collect.ts'
import { INSTALL } from '../devcontainer/features/files.ts'
import type { Image } from '../image.ts'
import { keyOf, pinned } from './derived.ts'
import { beginLine, endWords } from './script-output.ts'

/** Who works in a development container, as features ask for it. */
export interface FeatureUsers {
  /** The user of the container, and of what people do in it. */
  readonly container: string
  readonly remote: string
}

/** Changes where the same features are to become another image. */
const FORMAT = 1
/** Where a feature is while it is installed. */
const PLACE = '/acode-feature'
const WORD = 'feature'

/** The key of features on an image: their contents with their options, in their order, and for whom. */
export const featuresKey = (
  features: readonly Feature[],
  { id }: Pick<Image, 'id'>,
  users: FeatureUsers,
  platform: string | undefined,
): string =>
  keyOf([
    ...[FORMAT, id, users.container, users.remote, platform ?? null],
    features.map(({ digest, variables }) => [digest, Object.entries(variables).sort()]),
  ])

/** The Dockerfile that installs features, each as a layer. Its context has a folder for each, by its number. */
export function featuresDockerfile(
  { reference, digest, user }: Pick<Image, 'reference' | 'digest' | 'user'>,
  features: readonly Feature[],
): string {
  const isRoot = user === '' || user === '0' || user === 'root'
  return [
    `FROM ${pinned(reference, digest)}`,
    ...(isRoot ? [] : ['USER 0']),
    ...features.flatMap(({ written, digest: own, metadata }, at) => [
      `# ${written} ${own}`.replace(/\s+/g, ' '),
      ...Object.entries(metadata.containerEnv).map(([name, value]) => `ENV ${name}=${variableValue(value)}`),
      `COPY ${at}/ ${PLACE}/`,
      `RUN ["sh", "${PLACE}/run"]`,
    ]),
    ...(isRoot ? [] : [`USER ${user}`]),
    '',
  ].join('\n')
}

/** A value of `ENV`, in which variables of the image are filled in: `/opt/x:${PATH}`. */
const variableValue = (value: string): string =>
  `"${value
    .replace(/\$\{containerEnv:(\w+)\}/g, (_, name: string) => `\${${name}}`)
    .replace(/["\\]/g, '\\$&')
    .replace(/[\r\n]+/g, ' ')}"`

/** What runs the script of a feature: as root, in the folder of its files, and nothing of these is left when it is over. */
export function installScript({ variables }: Feature, { container, remote }: FeatureUsers): string {
  const exported = { ...variables, _CONTAINER_USER: container, _REMOTE_USER: remote }
  return `exec 2>&1
echo '${beginLine(WORD)}'
home_of() {
  while IFS=: read -r name _ id _ _ home _; do
    if [ "$name" = "$1" ] || [ "$id" = "$1" ]; then echo "$home"; return; fi
  done </etc/passwd
}
${Object.entries(exported)
  .map(([name, value]) => `export ${name}=${quoted(value)}\n`)
  .join('')}_CONTAINER_USER_HOME=$(home_of "$_CONTAINER_USER")
_REMOTE_USER_HOME=$(home_of "$_REMOTE_USER")
export _CONTAINER_USER_HOME _REMOTE_USER_HOME
cd ${PLACE}/files && ./${INSTALL} </dev/null
code=$?
cd /
rm -rf ${PLACE}
echo "${endWords(WORD)}$code"
exit $code
`
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
