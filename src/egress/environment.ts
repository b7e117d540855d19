/** Where a task finds its proxy, and what it reaches without it. */
interface ProxyPlace {
  readonly host: string
  readonly port: number
  /** Names of the task's own network. */
  readonly direct: readonly string[]
}

/** What is never asked of a proxy: the task itself. */
const OWN = ['localhost', '127.0.0.1', '::1']

/** The variables by which programs find a task's proxy: the ones that most read, and settings of those that do not. */
export function proxyVariables({ host, port, direct }: ProxyPlace): Record<string, string> {
  const url = `http://${host}:${port}`
  const noProxy = [...OWN, ...direct].join(',')
  return {
    ...inBothCases({ HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY: noProxy }),
    // Node's own fetch and http, from 22.21 and 24 on; Yarn from 2 on; all of Java, Maven and Gradle among it.
    NODE_USE_ENV_PROXY: '1',
    YARN_HTTP_PROXY: url,
    YARN_HTTPS_PROXY: url,
    JAVA_TOOL_OPTIONS: javaOptions({ host, port, direct }),
  }
}

const inBothCases = (variables: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => [
      [name, value],
      [name.toLowerCase(), value],
    ]),
  )

/** Maven's own client asks Java for its settings only with this property. */
function javaOptions({ host, port, direct }: ProxyPlace): string {
  const around = ['localhost', '127.*', '[::1]', ...direct].join('|')
  return [
    ...['http', 'https'].flatMap((scheme) => [
      `-D${scheme}.proxyHost=${host}`,
      `-D${scheme}.proxyPort=${port}`,
    ]),
    `-Dhttp.nonProxyHosts=${around}`,
    '-Daether.connector.http.useSystemProperties=true',
  ].join(' ')
}
