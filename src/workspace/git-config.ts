import type { GitSetting } from '../host/git-config.ts'

/**
 * Parses the text of a configuration file, for machines without git: sections, and settings of one line. What is
 * written in rarer ways is left out, which a task can live with.
 */
export function parseConfigFile(text: string): GitSetting[] {
  const settings: GitSetting[] = []
  let section = ''
  for (const line of text.split('\n')) {
    const head = /^\s*\[([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\]\s*$/.exec(line)
    const setting = /^\s*([A-Za-z][\w-]*)\s*=([^"\\#;]*)$/.exec(line)
    if (head) section = [head[1]?.toLowerCase(), head[2]?.replace(/\\(.)/g, '$1')].filter(Boolean).join('.')
    else if (setting && section !== '')
      settings.push({ key: `${section}.${setting[1]?.toLowerCase()}`, value: setting[2]?.trim() ?? '' })
    else if (/^\s*\[/.test(line)) section = ''
  }
  return settings
}

/** Settings that hold a credential or lead to one. Keys are in git's normal form: section and name in lower case. */
const CREDENTIAL =
  /^(http\.(.*\.)?(extraheader|proxy|cookiefile|sslkey|sslcert|sslcertpasswordprotected)|credential\..*|include\.path|includeif\..*|core\.(sshcommand|askpass|hookspath|fsmonitor|gitproxy)|url\..*\.(insteadof|pushinsteadof)|remote\..*\.(proxy|receivepack|uploadpack)|(.*\.)?(token|oauthtoken|pass|password|smtppass))$/

/**
 * The configuration that a task may have: without what holds a credential or leads to one (a header or an
 * included file, where actions/checkout keeps its token), and without user names and passwords in URLs.
 */
export function withoutCredentials(settings: readonly GitSetting[]): GitSetting[] {
  return settings
    .filter(({ key }) => !CREDENTIAL.test(key.toLowerCase()) && key.search(USER_INFO) < 0)
    .map(({ key, value }) => ({ key, value: value?.replaceAll(USER_INFO, '$1') ?? null }))
}

/**
 * User name and password of a URL, wherever it stands in a text; the last @ before the path ends them. Of its scheme the
 * end is looked at: from every place of a long text to its end would take the square of its length.
 */
const USER_INFO = /([a-z0-9+.-]:\/\/)[^/\s]*@/gi
