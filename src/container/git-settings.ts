/**
 * Settings of git in a task, as variables, in the fresh HOME, and in the system's own file for programs without either.
 * Whichever user the task runs as, the workspace counts as that user's (`safe.directory`). A copy's files have other
 * inodes, owners and times of change than the checkout's index says: unchanged are those of the same size and time of
 * modification.
 */
const SETTINGS: readonly (readonly [key: string, value: string])[] = [
  ['safe.directory', '*'],
  ['core.trustctime', 'false'],
  ['core.checkStat', 'minimal'],
]

/** Where git of most images reads what holds for the whole system. */
export const SYSTEM_CONFIG = '/etc/gitconfig'

/** The settings as variables. */
export const gitVariables = (): Record<string, string> => ({
  GIT_CONFIG_COUNT: String(SETTINGS.length),
  ...Object.fromEntries(
    SETTINGS.flatMap(([key, value], at) => [
      [`GIT_CONFIG_KEY_${at}`, key],
      [`GIT_CONFIG_VALUE_${at}`, value],
    ]),
  ),
})

/** The settings as a file, behind what an image has there. */
export function gitConfigFile(image = ''): string {
  const own = SETTINGS.map(([key, value]) => {
    const [section = '', name = ''] = key.split('.')
    return `[${section}]\n\t${name} = ${value}\n`
  })
  return `${image}${image === '' || image.endsWith('\n') ? '' : '\n'}${own.join('')}`
}
