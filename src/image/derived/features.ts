import { sentence } from '../../errors.ts'
import { shellQuoted } from '../../formats/shell-quoted.ts'
import type { Feature } from '../devcontainer/features/collect.ts'
import { INSTALL } from '../devcontainer/features/files.ts'
import { filledIn, type VariableValues } from '../devcontainer/variables.ts'
import type { Image } from '../image.ts'
import { contentKey, pinned } from './derived.ts'
import { beginLine, endWords, type ScriptOutput } from './script-output.ts'

/** Who works in a development container, as features ask for it. */
export interface FeatureUsers {
  /** The user of the container, and of what people do in it. */
  readonly container: string
  readonly remote: string
}

/** Whom features are installed for, and on what. */
export interface FeatureGround {
  readonly users: FeatureUsers
  readonly platform: string | undefined
  /** What variables stand for in what features say of the container's own. */
  readonly values: VariableValues
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
  { users, platform, values }: FeatureGround,
): string =>
  contentKey([
    ...[FORMAT, id, users.container, users.remote, platform ?? null],
    features.map((one) => [one.digest, Object.entries(one.variables).sort(), environmentOf(one, values)]),
  ])

/** The Dockerfile that installs features, each as a layer. Its context has a folder for each, by its number. */
export function featuresDockerfile(
  { reference, digest, user }: Pick<Image, 'reference' | 'digest' | 'user'>,
  features: readonly Feature[],
  values: VariableValues,
): string {
  const isRoot = user === '' || user === '0' || user === 'root'
  return [
    `FROM ${pinned(reference, digest)}`,
    ...(isRoot ? [] : ['USER 0']),
    ...features.flatMap((feature, at) => [
      `# ${feature.written} ${feature.digest}`.replace(/\s+/g, ' '),
      ...environmentOf(feature, values),
      `COPY ${at}/ ${PLACE}/`,
      `RUN ["sh", "${PLACE}/run"]`,
    ]),
    ...(isRoot ? [] : [`USER ${user}`]),
    '',
  ].join('\n')
}

/** The instructions `ENV` of a feature. Docker fills in what the image has when it is built: `/opt/x:${PATH}`. */
function environmentOf({ metadata }: Feature, values: VariableValues): string[] {
  const plain = (text: string) => text.replace(/["\\$]/g, '\\$&')
  const here: VariableValues = {
    localFolder: plain(values.localFolder),
    containerFolder: plain(values.containerFolder),
    id: values.id,
    local: (name) => {
      const value = values.local(name)
      return value === undefined ? undefined : plain(value)
    },
    container: (name, otherwise) =>
      otherwise === '' ? `\${${name}}` : `\${${name}:-${otherwise.replaceAll("'", "\\'")}}`,
  }
  return Object.entries(metadata.containerEnv).map(([name, value]) => {
    const text = filledIn(value.replace(/["\\]/g, '\\$&'), here)
    return `ENV ${name}="${text.replace(/[\r\n]+/g, ' ')}"`
  })
}

/** What runs the script of a feature, by its number: as root, in the folder of its files, and nothing of these is left when it is over. */
export function installScript(
  { variables }: Feature,
  number: number,
  { container, remote }: FeatureUsers,
): string {
  const exported = { ...variables, _CONTAINER_USER: container, _REMOTE_USER: remote }
  return `exec 2>&1
echo '${beginLine(WORD, number)}'
home_of() {
  while IFS=: read -r name _ id _ _ home _; do
    if [ "$name" = "$1" ] || [ "$id" = "$1" ]; then echo "$home"; return; fi
  done </etc/passwd
}
${Object.entries(exported)
  .map(([name, value]) => `export ${name}=${shellQuoted(value)}\n`)
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

/**
 * What is said of features that could not be installed: of the one whose script failed, or of all where none did.
 * @param builders the builder's own words
 */
export function installFailure(
  features: readonly Feature[],
  on: string,
  { code, begun, lastLines }: Pick<ScriptOutput, 'code' | 'begun' | 'lastLines'>,
  builders: string,
): string {
  const failed = begun === null || code === 0 ? undefined : features[begun]
  if (failed === undefined)
    return `The features could not be installed on ${on}: ${sentence(builders)} Check that the image has a shell (sh), and its platform; else run the task again.`
  const how = code === null ? '' : `: exit code ${code}`
  const last = lastLines === '' ? ' ' : ` Its last lines:\n${lastLines}`
  return `The feature ${failed.written} could not be installed on ${on}${how}.${last}Correct its options, or choose an image that it is made for: many need a Debian or Ubuntu with bash.`
}
